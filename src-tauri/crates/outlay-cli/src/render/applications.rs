//! What the spend is for.

use outlay_app::applications::{Application, Applications};

use super::table::{Side, fitting};

/// The applications as a table.
pub(crate) fn applications(all: &Applications, width: Option<u16>) -> String {
    if all.applications.is_empty() {
        return "No applications yet: exports that name projects or workspaces, and `outlay log --application`, bring them"
            .to_owned();
    }
    let header = [
        ("Application", Side::Left),
        ("Provider", Side::Left),
        ("Account", Side::Left),
        ("Named by the source", Side::Left),
        ("Part of", Side::Left),
    ];
    let rows: Vec<_> = all.applications.iter().map(|application| row(application, all)).collect();
    fitting(&header, &rows, width, &["Account"])
}

fn row(application: &Application, all: &Applications) -> Vec<String> {
    let speaks = application.merged_into.as_ref();
    let into = speaks.and_then(|id| all.applications.iter().find(|other| other.id == *id));
    vec![
        application.name.clone(),
        application.provider.clone(),
        application.account.clone(),
        application.project.clone(),
        into.map(|other| other.name.clone()).unwrap_or_default(),
    ]
}
