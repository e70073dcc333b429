//! What a driver does not do and hands do: keys that the menu hears before the page, and files that are dropped.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::json;

use crate::desk::{Desk, fixture, until};
use crate::driver::{Driver, PATIENCE};
use crate::ledger::reviews;

/// A screen on which there is one window, so that keys find it.
pub(crate) struct Screen {
    server: Child,
    /// As `DISPLAY` has it.
    pub(crate) name: String,
}

impl Screen {
    pub(crate) fn new() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts");
        let mut number = String::new();
        let output = server.stdout.take().expect("its output is piped");
        BufReader::new(output).read_line(&mut number).expect("a screen says which it is");
        Self { server, name: format!(":{}", number.trim()) }
    }

    #[track_caller]
    pub(crate) fn act(&self, words: &str) {
        let mut command = Command::new("xdotool");
        command.env("DISPLAY", &self.name).args(words.split(' ')).stderr(Stdio::null());
        assert!(command.status().expect("xdotool starts").success(), "{words}");
    }

    /// Whether a window is seen whose title is `title`.
    pub(crate) fn sees(&self, title: &str) -> bool {
        self.finds(&format!("^{}$", title.replace('(', "[(]").replace(')', "[)]")))
    }

    /// Whether any window of Outlay is seen, whatever stands before its name in the title.
    pub(crate) fn sees_outlay(&self) -> bool {
        self.finds("Outlay$")
    }

    fn finds(&self, title: &str) -> bool {
        let mut command = Command::new("xdotool");
        command.env("DISPLAY", &self.name).args(["search", "--onlyvisible", "--name", title]);
        !command.output().expect("xdotool starts").stdout.is_empty()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Desk {
    /// Moves on, a little at a time, until what is said of the page holds.
    #[track_caller]
    fn drag_until(&self, window: &Driver, condition: &str) {
        let start = Instant::now();
        while window.run(&format!("return Boolean({condition})"), &[]) != true {
            assert!(start.elapsed() < PATIENCE, "{condition}");
            self.act("mousemove_relative -- 1 1");
        }
    }
}

#[test]
fn the_menus_shortcuts_are_heard() {
    let desk = Desk::with_screen();
    let window = desk.open(&[]);
    until(&window, "document.querySelector('h1')");
    desk.act("mousemove 600 400 key ctrl+2");
    until(&window, "location.hash === '#/calls'");
    desk.act("key alt+Left");
    until(&window, "location.hash !== '#/calls'");
    let width = window.run("return innerWidth", &[]);
    desk.act("key ctrl+equal");
    until(&window, &format!("innerWidth < {width}"));
    desk.act("key ctrl+0");
    until(&window, &format!("innerWidth === {width}"));
    desk.act("key ctrl+q");
    desk.wait_until_gone();
}

#[test]
fn a_file_that_is_dropped_is_reviewed() {
    let desk = Desk::with_screen();
    let window = desk.open(&[]);
    until(&window, "document.querySelector('h1')");
    // No file manager is here: what is dragged is a part of the page that gives itself out as a file.
    let file = "const file = document.body.appendChild(document.createElement('div'));
        Object.assign(file.style, { position: 'fixed', inset: '300px 600px 300px 400px', zIndex: 9 });
        file.draggable = true;
        file.addEventListener('dragstart', (event) => event.dataTransfer.setData('text/uri-list', arguments[0]));
        window.heard = [];
        for (const kind of ['dragstart', 'dragenter', 'dragover']) addEventListener(kind, (event) => {
            if (kind !== 'dragstart') event.preventDefault();
            heard.push(kind);
        })";
    let path = fixture("cursor/v0.csv");
    window.run(file, &[json!(format!("file://{}\r\n", path.display()))]);
    desk.act("mousemove 450 400 mousedown 1");
    desk.drag_until(&window, "heard.includes('dragstart')");
    desk.drag_until(&window, "document.body.innerText.includes('Let go to review')");
    // A place is asked for again only once it is known that the one before would take the file.
    desk.drag_until(&window, "heard.filter((kind) => kind === 'dragover').length > 2");
    desk.act("mouseup 1");
    reviews(&window, "v0.csv");
}
