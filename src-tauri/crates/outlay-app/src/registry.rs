//! The list of commands as a value: names, types, and one way to call them with JSON.
//!
//! Every host is derived from it. It knows no command by name; `commands` lists them.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use specta::datatype::{DataType, Reference};
use specta::{Type, Types};
use specta_typescript::Typescript;

use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::event::Event;
use crate::held_files::HeldFile;

/// A command as JSON in, JSON out.
type JsonCall = Box<dyn Fn(&App, Value) -> Result<Value, ApiError> + Send + Sync>;

/// A command: what it is called, what it does, what it takes and gives.
pub struct Command {
    /// Its name, the same in every host.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub doc: &'static str,
    request: DataType,
    response: DataType,
    call: JsonCall,
}

/// All commands.
#[derive(Default)]
pub struct Api {
    commands: Vec<Command>,
    types: Types,
}

impl Api {
    /// Adds a command.
    pub(crate) fn command<Request, Response>(
        mut self,
        name: &'static str,
        doc: &'static str,
        function: fn(&App, Request) -> Result<Response, ApiError>,
    ) -> Self
    where
        Request: DeserializeOwned + Type + 'static,
        Response: Serialize + Type + 'static,
    {
        let call = move |app: &App, request: Value| {
            let request = if request.is_null() { Value::Object(serde_json::Map::new()) } else { request };
            let request = serde_json::from_value(request)
                .map_err(|error| AppError::Request { command: name, detail: error.to_string() })?;
            let response = function(app, request)?;
            Ok(serde_json::to_value(response)
                .map_err(|error| AppError::Response { command: name, detail: error.to_string() })?)
        };
        let (request, response) =
            (Request::definition(&mut self.types), Response::definition(&mut self.types));
        self.commands.push(Command { name, doc, request, response, call: Box::new(call) });
        self
    }

    /// The commands, in the order in which they are listed.
    pub fn commands(&self) -> &[Command] {
        &self.commands
    }

    /// Calls a command. No request (`null`) is an empty one.
    ///
    /// # Errors
    /// The command's, and those of a name or a request that does not fit.
    pub fn call(&self, app: &App, name: &str, request: Value) -> Result<Value, ApiError> {
        let known = self.commands.iter().find(|command| command.name == name);
        let command = known.ok_or_else(|| AppError::UnknownCommand(name.to_owned()))?;
        (command.call)(app, request)
    }

    /// TypeScript of all types, and an interface `Commands` from name to request and response.
    ///
    /// # Errors
    /// A type that has no TypeScript, such as a bare 64-bit integer, in words.
    pub fn typescript(&self) -> Result<String, specta_typescript::Error> {
        let mut types = self.types.clone();
        types.register_mut::<ApiError>();
        types.register_mut::<Event>();
        types.register_mut::<HeldFile>();
        let mut exported = Typescript::default().export(&types, specta_serde::Format)?;
        exported.push_str(
            "\n/** Every command with what it takes and what it gives. */\nexport interface Commands {\n",
        );
        for command in &self.commands {
            let (request, response) = (self.type_name(&command.request), self.type_name(&command.response));
            let (name, doc) = (command.name, command.doc);
            exported.push_str(&format!(
                "  /** {doc} */\n  {name}: {{ request: {request}; response: {response} }};\n"
            ));
        }
        exported.push_str("}\n");
        Ok(exported)
    }

    /// The name of a request's or response's type; all of them are structs, which have names.
    fn type_name(&self, data_type: &DataType) -> &str {
        match data_type {
            DataType::Reference(Reference::Named(named)) => {
                self.types.get(named).map_or("unknown", |found| &found.name)
            }
            _ => "unknown",
        }
    }
}
