//! Databases that other programs made: what is seen of them, what becomes of their rows, and that nothing is written there
//! before somebody agrees.

mod lives;
mod proof;
mod schemas;
mod shapes;
