//! Another currency than US dollars, in every export that has money: left out, summed apart, converted never.

use crate::support::Home;

/// Imports a file of a row in dollars and rows in euros, and looks at what became of both.
#[track_caller]
fn check(flags: &str, file: &str, dollars: &str, euros: &str) {
    let home = Home::with_file(file);
    let review = home.field(&format!("import activity.csv {flags} --yes"), "/files/0");
    let sums = review["other_currencies"].as_array().expect("sums");
    assert_eq!(sums.len(), 1, "{review}");
    assert_eq!((&sums[0]["currency"], &sums[0]["sum"]), (&"EUR".into(), &euros.into()), "{review}");
    assert_eq!(sums[0]["month"], "2026-06", "{review}");
    assert_eq!(review["quarantined"], sums[0]["rows"]);
    let said = home.ok("quarantine list").stdout;
    assert!(said.contains("EUR to US dollars"), "{said}");
    let spend = home.field("report month 2026-06", "/spend");
    assert_eq!(spend, dollars, "nothing is converted, and nothing is added to dollars");
    let planned = Home::with_file(file).outlay(&format!("import activity.csv {flags}")).stdout;
    assert!(planned.contains(&format!("in EUR ({euros}) quarantined")), "{planned}");
}

#[test]
fn of_openai() {
    let line = |amount: &str, currency: &str| {
        format!("1780272000,1780358400,,,{amount},{currency},\"gpt-5, input_tokens\",proj_shop,org-1,One\n")
    };
    let header = "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,\
        project_id,organization_id,organization_name\n";
    check("", &[header, &line("2", "usd"), &line("1.5", "EUR"), &line("0.25", "eur")].concat(), "2", "1.75");
    check("", &[header, &line("2", "usd"), &line("€1.50", "usd")].concat(), "2", "1.5");
}

#[test]
fn of_anthropic() {
    let line = |cost: &str| format!("2026-06-01,Claude Haiku 4.5,Atelier,ci,message,,output,{cost},token\n");
    let header =
        "usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,cost_type\n";
    check("", &[header, &line("2.00"), &line("1.50 EUR")].concat(), "2", "1.5");
}

#[test]
fn of_openrouter() {
    let header = "generation_id,created_at,cost_total,tokens_prompt,tokens_completion,tokens_reasoning,tokens_cached,\
        model_permaslug,provider_name,variant,cancelled,app_name,api_key_name\n";
    let line = |id: &str, cost: &str| {
        format!("{id},2026-06-02 16:20:00.000,{cost},9,8,0,0,openai/gpt-5,OpenAI,standard,false,shop,ci\n")
    };
    check("", &[header, &line("gen-1", "2"), &line("gen-2", "€1.5")].concat(), "2", "1.5");
    let header = "Date,Slug,Usage,BYOK Usage,Requests,Prompt Tokens,Completion Tokens,Reasoning Tokens\n";
    let line = |usage: &str| format!("2026-06-02 00:00:00,openai/gpt-5,{usage},0,4,900,80,0\n");
    check("", &[header, &line("2"), &line("1.5 eur")].concat(), "2", "1.5");
}

#[test]
fn of_cursor() {
    let header = "Date,Kind,Model,Max Mode,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,\
        Total Tokens,Cost\n";
    let line = |time: &str, cost: &str| {
        format!("\"2026-06-03T{time}:00.000Z\",\"On-Demand\",\"gpt-5-codex\",\"No\",0,10,0,5,15,{cost}\n")
    };
    check("", &[header, &line("18:26", "$2.00"), &line("18:27", "€1.50")].concat(), "2", "1.5");
}

#[test]
fn of_a_mapped_table() {
    let map = "--map created_at=when --map model=name";
    let by_column = "when,name,price,money\n2026-06-02,m,2,usd\n2026-06-03,m,1.5,eur\n";
    check(&format!("{map} --map cost=price --map currency=money"), by_column, "2", "1.5");
    let by_cell = "when,name,price\n2026-06-02,m,2\n2026-06-03,m,EUR 1.5\n";
    check(&format!("{map} --map cost=price"), by_cell, "2", "1.5");
    let by_title = "when,name,price_eur,money\n2026-06-02,m,2,USD\n2026-06-03,m,1.5,\n";
    check(&format!("{map} --map cost=price_eur --map currency=money"), by_title, "2", "1.5");
}
