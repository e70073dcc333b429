//! Another program's run: it has our standard input and outputs as they are, and what interrupts us reaches it.
//!
//! A terminal sends Ctrl-C to every program in front of it, so that the child has it already; what another program
//! sends to us alone is passed on.

use std::ffi::OsString;
use std::io;
use std::process::{Command, ExitStatus};

/// Runs a command to its end, and gives its exit code; of one that a signal ended 128 and the signal's number.
///
/// # Errors
/// It cannot be started.
pub(crate) fn run(command: &[OsString]) -> io::Result<u8> {
    let [program, arguments @ ..] = command else { return Err(io::ErrorKind::NotFound.into()) };
    let listener = listener::Listener::listen()?;
    let mut child = Command::new(program).args(arguments).spawn()?;
    let ended = listener.pass_on_to(&mut child);
    Ok(code(ended?))
}

/// What a shell says of a command that cannot be started: 127 where there is none, 126 where it may not be run.
pub(crate) fn code_of_no_start(error: &io::Error) -> u8 {
    if error.kind() == io::ErrorKind::NotFound { 127 } else { 126 }
}

fn code(ended: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&ended) {
        return u8::try_from(128 + signal).unwrap_or(u8::MAX);
    }
    ended.code().and_then(|code| u8::try_from(code & 0xFF).ok()).unwrap_or(u8::MAX)
}

#[cfg(unix)]
mod listener {
    use std::io;
    use std::process::{Child, ExitStatus};

    use rustix::process::{Pid, Signal, kill_process};
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    use signal_hook::iterator::SignalsInfo;
    use signal_hook::iterator::exfiltrator::WithOrigin;

    /// Hears what would end this process.
    pub(super) struct Listener(SignalsInfo<WithOrigin>);

    impl Listener {
        pub(super) fn listen() -> io::Result<Self> {
            Ok(Self(SignalsInfo::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM])?))
        }

        /// Waits for the child, and passes on what another program sends meanwhile.
        pub(super) fn pass_on_to(self, child: &mut Child) -> io::Result<ExitStatus> {
            let Self(mut signals) = self;
            let handle = signals.handle();
            let process = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
            std::thread::scope(|threads| {
                threads.spawn(move || {
                    for origin in &mut signals {
                        let signal = Signal::from_named_raw(origin.signal);
                        // The terminal sends to all in front of it itself.
                        if let (Some(_), Some(process), Some(signal)) = (origin.process, process, signal) {
                            // A child that is gone needs no signal.
                            let _ = kill_process(process, signal);
                        }
                    }
                });
                let ended = child.wait();
                handle.close();
                ended
            })
        }
    }
}

#[cfg(not(unix))]
mod listener {
    use std::io;
    use std::process::{Child, ExitStatus};

    /// The system tells every program of a console itself.
    pub(super) struct Listener;

    impl Listener {
        pub(super) const fn listen() -> io::Result<Self> {
            Ok(Self)
        }

        pub(super) fn pass_on_to(self, child: &mut Child) -> io::Result<ExitStatus> {
            child.wait()
        }
    }
}
