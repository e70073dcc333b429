//! The only list of commands. Every host is derived from it: a command that is not here is nowhere.

use crate::registry::Api;
use crate::{
    alerts, applications, backup, budgets, cost_config, coverage, delivery, doctor, explain, export,
    generations, held_files, import, imports, mail, notifications, overview, prices, quarantine, reconcile,
    reports, sample, settings, status, sync, tray, version, work,
};

/// All commands.
pub fn api() -> Api {
    Api::default()
        .command("version", "Which program this is.", version::show)
        .command("status", "This month's spend against the cap.", status::show)
        .command("tray", "The month at a glance, for an icon beside the clock.", tray::show)
        .command("report_month", "What a month cost, and where it is heading.", reports::month)
        .command("report_range", "What a range of days cost.", reports::range)
        .command("overview", "A month on one page.", overview::show)
        .command("coverage", "Which days each source speaks about.", coverage::show)
        .command("reconcile", "What providers bill against what usage comes to.", reconcile::show)
        .command(
            "plan_authority",
            "What would count if the other side spoke for money; nothing is written.",
            reconcile::authority::plan,
        )
        .command(
            "set_authority",
            "Lets the cost export or the usage speak for money.",
            reconcile::authority::set,
        )
        .command("list_generations", "Rows of the ledger, page by page.", generations::list)
        .command("get_generation", "One row of the ledger.", generations::get)
        .command("explain_generation", "Why a row costs what it costs.", explain::show)
        .command("log_generation", "Records a call.", generations::log)
        .command("plan_import", "What importing files would change.", import::plan_import)
        .command("commit_import", "Imports files, as their plan says.", import::commit_import)
        .command("describe_table", "What the columns of an unknown table may mean.", import::describe_table)
        .command("release_files", "Lets go of files that were held for a review.", held_files::release)
        .command("cancel_work", "Stops the import or other change that is going on.", work::cancel)
        .command("list_imports", "Imported files, the newest first.", imports::list)
        .command("get_import", "One imported file.", imports::get)
        .command("plan_undo", "What undoing an import would change.", imports::plan_undo)
        .command("plan_redo", "What taking an undo back would change.", imports::plan_redo)
        .command("undo_import", "Undoes an import: its rows no longer count.", imports::undo)
        .command("redo_import", "Takes an undo back: the import's rows count again.", imports::redo)
        .command("list_unpriced", "Names whose rows have no price.", prices::list_unpriced)
        .command("list_own_prices", "The prices of the user's own.", prices::list_own)
        .command("plan_prices", "What setting prices would change.", prices::plan)
        .command("set_prices", "Sets prices, and prices rows anew as wished.", prices::set)
        .command(
            "export_prices",
            "The prices of the user's own, in a new file or in the answer.",
            prices::export,
        )
        .command(
            "list_price_changes",
            "What a newer price book says otherwise about the models that are used.",
            prices::list_changes,
        )
        .command("see_price_changes", "Notes that these changes are known.", prices::see_changes)
        .command("search_prices", "Looks models up in the price book.", prices::search)
        .command("list_repricings", "What was priced anew, the newest first.", prices::list_repricings)
        .command("undo_repricing", "Takes a re-pricing back, with the prices set by it.", prices::undo)
        .command("redo_repricing", "Does a re-pricing again that was taken back.", prices::redo)
        .command("list_quarantine", "Rows of files that could not be read.", quarantine::list)
        .command(
            "export_quarantine",
            "Rows that could not be read as CSV, in a new file or in the answer.",
            quarantine::export,
        )
        .command("list_applications", "Projects and apps that sources name.", applications::list)
        .command("rename_application", "Gives an application another name.", applications::rename)
        .command("merge_application", "Lets one application speak for another.", applications::merge)
        .command("get_cost_config", "The caps and limits.", cost_config::get)
        .command("set_cost_config", "Sets one cap or limit.", cost_config::set)
        .command("list_budgets", "Budgets and where they stand.", budgets::list)
        .command("set_budget", "Keeps a named budget, new or changed.", budgets::set)
        .command("remove_budget", "Removes a named budget; its history stays.", budgets::remove)
        .command("raise_budget", "Raises a budget for this month alone, with a reason.", budgets::raise)
        .command("preview_budget", "A budget as it would stand; nothing is written.", budgets::preview)
        .command(
            "simulate_budget",
            "What would be told if a part of a budget were spent; nothing is written.",
            budgets::simulate,
        )
        .command("check_budgets", "Whether another call may be made.", budgets::check)
        .command("authorize", "Holds money for a call, if every budget has room for it.", budgets::authorize)
        .command("settle", "Ends a reservation whose call was made.", budgets::settle)
        .command(
            "finish",
            "Ends a reservation whose command has ended: settled with what was recorded meanwhile, or given back.",
            budgets::finish,
        )
        .command("release", "Gives a reservation back.", budgets::release)
        .command(
            "list_reservations",
            "What is held for calls that are about to be made.",
            budgets::reservations,
        )
        .command("list_alerts", "Alerts, the newest first.", alerts::list)
        .command("resolve_alert", "Resolves an alert.", alerts::resolve)
        .command("expect_alert", "Says why an alert was foreseen, and resolves it.", alerts::expect)
        .command("snooze_alert", "Leaves an alert alone for a while.", alerts::snooze::snooze)
        .command("wake_alert", "Ends a snooze.", alerts::snooze::wake)
        .command("list_rules", "The rules that raise alerts.", alerts::rules::list)
        .command("preview_rule", "What a rule would have told; nothing is written.", alerts::rules::preview)
        .command("set_rule", "Turns a rule on or off, or sets how much it takes.", alerts::rules::set)
        .command("evaluate_alerts", "Raises and resolves what time alone has changed.", alerts::check)
        .command("get_mail_settings", "How mail about alerts is set up.", mail::get)
        .command("set_mail_settings", "Sets up mail about alerts.", mail::set)
        .command("remove_mail_settings", "Ends mail about alerts.", mail::remove)
        .command("send_test_mail", "Sends a mail that says it is a test.", mail::test)
        .command("send_mail", "Sends the mail that waits, now.", mail::send)
        .command("list_deliveries", "What was sent and shown about alerts, waits or failed.", delivery::list)
        .command(
            "send_test_notification",
            "Shows a notification that says it is a test.",
            notifications::test,
        )
        .command(
            "pause_notifications",
            "Shows no notification for a while, or goes on.",
            notifications::pause,
        )
        .command("get_sync_status", "Where sync with a team's server stands.", sync::show)
        .command("test_sync", "Tries a team's server step by step; nothing is written.", sync::test)
        .command("init_sync", "Sets a team's server up, or says the SQL for it.", sync::init)
        .command("connect_sync", "Connects this ledger to a team's.", sync::connect)
        .command("plan_adoption", "What adopting another program's table would do.", sync::plan_adoption)
        .command("adopt", "Reads another program's table, and adds own rows if asked to.", sync::adopt)
        .command("set_sync", "Sets what sync does by itself and what it sends.", sync::set)
        .command("plan_sync", "What a sync would do; nothing is written.", sync::plan)
        .command("run_sync", "Syncs with the team's server.", sync::run)
        .command("verify_sync", "Compares everything with the team's server.", sync::verify)
        .command("list_sync_questions", "What sync could not decide.", sync::list_questions)
        .command("settle_sync_clash", "Lets one of two values hold.", sync::settle)
        .command("answer_sync_aside", "Answers about rows that are put aside.", sync::answer_aside)
        .command("list_members", "Who belongs to the team.", sync::list_members)
        .command("add_member", "Lets a login into the team.", sync::add_member)
        .command("remove_member", "Takes a login out of the team.", sync::remove_member)
        .command("leave_sync", "Leaves the team.", sync::leave)
        .command("get_settings", "The ledger's settings.", settings::get)
        .command("set_setting", "Changes a setting.", settings::set)
        .command("open_sample", "Shows a ledger of made-up calls in place of the own one.", sample::open)
        .command("remove_sample", "Shows the own ledger again and removes the sample.", sample::remove)
        .command("doctor", "Checks the ledger, and restores what is derived from its rows.", doctor::examine)
        .command("backup", "Writes a copy of the ledger to a new file.", backup::backup)
        .command("restore", "Brings a backup into an empty data folder.", backup::restore)
        .command("export_generations", "Writes rows to a new CSV or JSON file.", export::to_file)
}
