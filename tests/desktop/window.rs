//! The window as a window: it opens, is found again where it was, follows the system, and lets nothing in or out.

use serde_json::json;

use crate::desk::{Desk, call};
use crate::driver::Driver;

#[test]
fn it_opens_answers_and_closes() {
    let desk = Desk::new();
    let window = desk.open(&[]);
    let title = window.get("/title");
    assert!(title.as_str().is_some_and(|title| title.ends_with("Outlay")), "{title}");
    assert_eq!(call(&window, "version", &json!({}))["version"], env!("CARGO_PKG_VERSION"));
    let refused = call(&window, "get_import", &json!({ "id": "nothing-like-it" }));
    assert_eq!(refused["error"]["code"], "not_found", "an error keeps its kind: {refused}");
    let unknown = call(&window, "no_such_command", &json!({}));
    assert_eq!(unknown["error"]["code"], "usage", "and so does a command that is not there: {unknown}");
    window.close();
}

#[test]
fn it_is_found_again_where_it_was() {
    let desk = Desk::new();
    let window = desk.open(&[]);
    let chosen = json!({ "x": 100, "y": 60, "width": 900, "height": 640 });
    window.post("/window/rect", &chosen);
    let left = settled_at(&window, 900);
    window.close();
    let window = desk.open(&[]);
    assert_eq!(settled_at(&window, 900), left);
}

#[test]
fn it_comes_back_to_a_screen_that_is_there() {
    let desk = Desk::new();
    let place = json!({ "main": {
        "width": 3000, "height": 2000, "x": 1200, "y": 700, "prev_x": 1200, "prev_y": 700,
        "maximized": false, "visible": true, "decorated": true, "fullscreen": false,
    } });
    let folder = desk.data_dir().join("window");
    fs_err::create_dir_all(&folder).expect("a folder");
    fs_err::write(folder.join("place.json"), place.to_string()).expect("a file");
    let window = desk.open(&[]);
    // The screen of the tests.
    let size = window.run(
        "while (innerWidth > 1280 || innerHeight > 800) await new Promise((on) => addEventListener('resize', on, { once: true }));
         return [innerWidth, innerHeight]",
        &[],
    );
    assert!(size[0].as_u64().is_some_and(|width| width > 700), "it fits its screen: {size}");
}

#[test]
fn it_follows_the_colours_of_the_system() {
    let desk = Desk::new();
    let window = desk.open(&[]);
    for (dark, name) in [(true, "dark"), (false, "light"), (true, "dark")] {
        desk.choose_colours(dark);
        let script = "const theme = () => document.documentElement.dataset.theme;
            if (theme() !== arguments[0]) await new Promise((on) =>
                new MutationObserver(() => theme() === arguments[0] && on()).observe(document.documentElement, { attributes: true }));
            return theme()";
        assert_eq!(window.run(&script.replace("arguments[0]", &format!("'{name}'")), &[]), name);
    }
}

#[test]
fn it_asks_nobody_and_goes_nowhere() {
    let desk = Desk::new();
    let window = desk.open(&[]);
    let reach = "return Promise.any([
            fetch('https://example.com/'),
            fetch('http://127.0.0.1:1/'),
            new Promise((yes, no) => Object.assign(new Image(), { onload: yes, onerror: no, src: 'https://example.com/a.png' })),
            import('https://example.com/a.js'),
        ]).then(() => 'reached', () => 'refused')";
    assert_eq!(window.run(reach, &[]), "refused");
    let policy = "return new Promise((on) => {
            addEventListener('securitypolicyviolation', (event) => on(event.violatedDirective));
            fetch('https://example.com/').catch(() => {});
        })";
    assert_eq!(window.run(policy, &[]), "connect-src", "the policy refuses it, not the network");
    let address = window.get("/url");
    let leave = "location.href = 'https://example.com/'; open('https://example.com/')";
    window.run(leave, &[]);
    assert_eq!(call(&window, "version", &json!({}))["version"], env!("CARGO_PKG_VERSION"), "the page is still there");
    assert_eq!(window.get("/url"), address);
}

#[test]
fn the_page_may_not_ask_for_more() {
    let desk = Desk::new();
    let window = desk.open(&[]);
    for command in ["plugin:window|close", "plugin:dialog|save", "plugin:event|emit", "plugin:path|resolve_directory"] {
        let script = "return window.__TAURI_INTERNALS__.invoke(arguments[0], { label: 'main', event: 'x', options: {} })
            .then(() => 'allowed', (error) => String(error))";
        let answer = window.run(script, &[json!(command)]).to_string();
        assert!(answer.contains("not allowed") || answer.contains("not found"), "{command}: {answer}");
    }
}

/// The window's place and size once it is as wide as it should be.
fn settled_at(window: &Driver, width: u64) -> serde_json::Value {
    let script = "while (innerWidth !== arguments[0]) await new Promise((on) => addEventListener('resize', on, { once: true }));";
    window.run(&script.replace("arguments[0]", &width.to_string()), &[]);
    window.get("/window/rect")
}
