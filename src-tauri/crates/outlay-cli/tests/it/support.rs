//! Runs the binary in a home of its own, at a fixed instant, in a fixed time zone.

use std::fmt::{self, Write as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A home folder with nothing in it but what a test puts there.
pub(crate) struct Home {
    folder: TempDir,
}

/// How a run of `outlay` ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) const OUTLAY: &str = env!("CARGO_BIN_EXE_outlay");

pub(crate) const NOW: &str = "2026-06-19T15:42:10Z";

/// `OpenRouter`'s log: three calls of two days.
pub(crate) const OPENROUTER: &str = "\
generation_id,created_at,cost_total,tokens_prompt,tokens_completion,tokens_reasoning,tokens_cached,model_permaslug,provider_name,variant,cancelled,app_name,api_key_name
gen-0003,2026-06-02 16:20:00.000,0.0421,9000,800,200,6000,anthropic/claude-sonnet-4.5,Anthropic,standard,false,shop,ci
gen-0002,2026-06-02 09:05:30.500,0.0009,1200,90,0,0,openai/gpt-5-mini,OpenAI,standard,false,shop,ci
gen-0001,2026-06-01 23:59:59.000,0.25,50000,3000,0,0,anthropic/claude-sonnet-4.5,Anthropic,standard,false,search,ci
";

/// `OpenAI`'s usage export: a day and a model, and a day without usage.
pub(crate) const COMPLETIONS: &str = "\
start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,api_key_id,model,batch,service_tier,input_tokens,output_tokens,input_cached_tokens,input_uncached_tokens
1780272000,1780358400,2026-06-01T00:00:00+00:00,2026-06-02T00:00:00+00:00,proj_shop,12,,,gpt-5-2025-08-07,false,default,24000,3600,8000,16000
1780358400,1780444800,2026-06-02T00:00:00+00:00,2026-06-03T00:00:00+00:00,,,,,,,,,,,
";

/// `Anthropic`'s tokens export: six days, one of a model without a price.
pub(crate) const ANTHROPIC_TOKENS: &str = "\
usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,web_search_count,inference_geo,speed
2026-06-01,claude-sonnet-4-6,desk,Atelier,standard,≤ 200k,1000000,0,0,500000,200000,0,global,
2026-06-01,claude-haiku-4-5-20251001,ci,Lookup,standard,≤ 200k,300000,0,0,0,20000,0,global,
2026-06-02,claude-haiku-4-5-20251001,ci,Lookup,standard,≤ 200k,2000000,0,0,0,40000,0,global,
2026-06-03,claude-sonnet-4-6,desk,Atelier,standard,≤ 200k,1000000,0,0,0,0,0,global,
2026-06-04,claude-next-9,desk,Atelier,standard,≤ 200k,400000,0,0,0,10000,0,global,
2026-06-04,claude-sonnet-4-6,desk,Atelier,standard,≤ 200k,100000,0,0,0,10000,0,global,
2026-06-05,claude-sonnet-4-6,desk,Atelier,standard,≤ 200k,200000,0,0,0,10000,0,global,
2026-06-06,claude-sonnet-4-6,desk,Atelier,standard,≤ 200k,300000,0,0,0,0,0,global,
";

/// `Anthropic`'s cost export of the first four: a fee on the second, a batch on the third.
pub(crate) const ANTHROPIC_COST: &str = "\
usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,list_price_usd,cost_type,inference_geo,speed
2026-06-01,Claude Sonnet 4.6,Atelier,desk,message,≤ 200k,input_no_cache,3.00,3.00,token,global,
2026-06-01,Claude Sonnet 4.6,Atelier,desk,message,≤ 200k,input_cache_read,0.15,0.15,token,global,
2026-06-01,Claude Sonnet 4.6,Atelier,desk,message,≤ 200k,output,3.00,3.00,token,global,
2026-06-01,Claude Haiku 4.5,Lookup,ci,message,≤ 200k,input_no_cache,0.30,0.30,token,global,
2026-06-01,Claude Haiku 4.5,Lookup,ci,message,≤ 200k,output,0.10,0.10,token,global,
2026-06-02,Claude Haiku 4.5,Lookup,ci,message,≤ 200k,input_no_cache,2.00,2.00,token,global,
2026-06-02,Claude Haiku 4.5,Lookup,ci,message,≤ 200k,output,0.20,0.20,token,global,
2026-06-02,,Lookup,ci,message,,,1.10,1.10,web_search,not_available,
2026-06-03,Claude Sonnet 4.6,Atelier,desk,batch,≤ 200k,input_no_cache,1.50,1.50,token,global,
2026-06-04,Claude Next 9,Atelier,desk,message,≤ 200k,input_no_cache,2.40,2.40,token,global,
2026-06-04,Claude Sonnet 4.6,Atelier,desk,message,≤ 200k,input_no_cache,0.30,0.30,token,global,
2026-06-04,Claude Sonnet 4.6,Atelier,desk,message,≤ 200k,output,0.15,0.15,token,global,
";

/// A day's calls by the second, each at a cent: 60,000 of them take about a second to import.
pub(crate) fn many_calls(count: u32) -> String {
    let (header, _) = OPENROUTER.split_once('\n').expect("a header");
    let mut file = format!("{header}\n");
    for number in 0..count {
        let (hour, minute, second) = (number / 3_600 % 24, number / 60 % 60, number % 60);
        writeln!(
            file,
            "gen-{number:06},2026-06-0{} {hour:02}:{minute:02}:{second:02}.000,0.01,100,10,0,0,openai/gpt-5-mini,\
             OpenAI,standard,false,shop,ci",
            1 + number / 86_400
        )
        .expect("a string takes all");
    }
    file
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// A home whose ledger holds a few calls of June.
    pub(crate) fn with_calls() -> Self {
        let home = Self::new();
        for (day, cost) in [("09", "1.25"), ("10", "0.004"), ("12", "2.5"), ("15", "0.75")] {
            let at = format!("2026-06-{day}T09:00:00Z");
            home.ok(&format!(
                "log --type chat --model gpt-5 --provider openai --application shop --input 12000 --cached 9000 \
                 --output 800 --cost {cost} --at {at}"
            ));
        }
        home.ok("log --type agent --model house-model --input 500 --output 20 --at 2026-06-18T21:30:00Z");
        home
    }

    /// A home with a file to import, `activity.csv`.
    pub(crate) fn with_file(content: &str) -> Self {
        let home = Self::new();
        home.write("activity.csv", content);
        home
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.path().join("ledger/outlay.db")
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs_err::write(self.path().join(name), content).expect("a file in the temporary folder");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs_err::read_to_string(self.path().join(name)).expect("the file was written")
    }

    /// The command, without an instant; for tests that need more than its arguments.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(OUTLAY);
        command
            .env_clear()
            .env("HOME", self.path())
            .env("XDG_DATA_HOME", self.path().join("data"))
            .env("OUTLAY_DATA_DIR", self.path().join("ledger"))
            .env("USER", "ada")
            .env("TZ", "Europe/Berlin")
            .current_dir(self.path());
        command
    }

    /// Runs `outlay` with arguments as a shell would part them.
    pub(crate) fn outlay(&self, arguments: &str) -> Run {
        self.run(self.command().args(words(arguments)), "")
    }

    /// The same with something on standard input.
    pub(crate) fn piped(&self, arguments: &str, input: &str) -> Run {
        self.run(self.command().args(words(arguments)), input)
    }

    /// The same in a terminal of so many columns.
    pub(crate) fn narrow(&self, columns: u16, arguments: &str) -> Run {
        self.run(self.command().env("COLUMNS", columns.to_string()).args(words(arguments)), "")
    }

    /// What a shell does before it becomes `outlay`, such as setting limits, which only it can.
    #[cfg(unix)]
    pub(crate) fn limited(&self, first: &str, arguments: &str) -> Run {
        let mut shell = Command::new("sh");
        for (name, value) in self.command().get_envs() {
            shell.env(name, value.unwrap_or_default());
        }
        let script = format!("{first}; exec \"$0\" \"$@\"");
        shell.args(["-c", &script, OUTLAY]).args(words(arguments)).current_dir(self.path());
        self.run(&mut shell, "")
    }

    /// A field of what a command prints as JSON.
    #[track_caller]
    pub(crate) fn field(&self, arguments: &str, field: &str) -> serde_json::Value {
        let printed = self.ok(&format!("{arguments} --json")).stdout;
        let value: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
        value.pointer(field).cloned().unwrap_or_else(|| panic!("no {field} in {printed}"))
    }

    /// Runs `outlay`, which must succeed.
    #[track_caller]
    pub(crate) fn ok(&self, arguments: &str) -> Run {
        let run = self.outlay(arguments);
        assert_eq!(run.code, 0, "outlay {arguments}\n{run}");
        run
    }

    /// The same of a command that is more than its arguments.
    pub(crate) fn run(&self, command: &mut Command, input: &str) -> Run {
        command.args(["--now", NOW]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let mut stdin = child.stdin.take().expect("standard input is piped");
        // A run that does not read its input may be gone by now.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().expect("the binary ends");
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: self.steady(&output.stdout),
            stderr: self.steady(&output.stderr),
        }
    }

    /// Text without what differs from run to run.
    fn steady(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes).replace(&self.path().display().to_string(), "[home]");
        without_ids(&text)
    }
}

/// Without ids, in their long and in their short form, and without names of plans.
fn without_ids(text: &str) -> String {
    let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_id = |word: &str| {
        let lengths: Vec<_> = word.split('-').map(str::len).collect();
        (lengths == [8, 4, 4, 4, 12] || lengths == [8]) && word.split('-').all(is_hex)
    };
    let is_plan = |word: &str| {
        let parts = word.split_once('-');
        parts.is_some_and(|(_, hash)| hash.len() == 16 && !hash.contains('-') && is_hex(hash))
    };
    let mut steady = String::with_capacity(text.len());
    let mut word = String::new();
    for letter in text.chars().chain(['\0']) {
        if letter.is_ascii_alphanumeric() || letter == '-' {
            word.push(letter);
            continue;
        }
        steady.push_str(if is_id(&word) {
            "[id]"
        } else if is_plan(&word) {
            "[plan]"
        } else {
            &word
        });
        word.clear();
        steady.push(letter);
    }
    steady.pop();
    steady
}

/// Parts a line as a shell does, as far as quotes go.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut quoted = false;
    let mut word: Option<String> = None;
    for letter in line.chars() {
        match letter {
            '\'' | '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            letter if letter.is_whitespace() && !quoted => words.extend(word.take()),
            letter => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

impl fmt::Display for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "exit {}", self.code)?;
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                write!(formatter, "\n--- {name}\n{}", text.trim_end())?;
            }
        }
        Ok(())
    }
}
