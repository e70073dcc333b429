// What a person says the columns of a table are, until it becomes the pairs that an import takes.
import type { CostChoices, Field, TableDescription } from "../bindings";

export type Draft = {
  /** What each column is, in the order of the file; null: it is not read. */
  columns: (Field | null)[];
  /** What every row says, where no column does. */
  constants: Partial<Record<Field, string>>;
  choices: CostChoices;
};

/** What the core suggests. */
export function suggested(table: TableDescription): Draft {
  return {
    columns: table.columns.map((column) => column.target),
    constants: table.constants,
    choices: table.choices,
  };
}

/** Gives a column a meaning, and takes it from the column that had it. */
export function assigned(draft: Draft, at: number, field: Field | null): Draft {
  const columns = draft.columns.map((each, index) =>
    index === at ? field : each === field && field !== null ? null : each,
  );
  return { ...draft, columns };
}

/** The fields of which one is needed and none is given. */
export function missing(table: TableDescription, draft: Draft): Field[][] {
  const isGiven = (field: Field) => draft.columns.includes(field) || Boolean(draft.constants[field]?.trim());
  return table.needed.filter((anyOf) => !anyOf.some(isGiven));
}

/** The pairs that an import takes. */
export function pairs(table: TableDescription, draft: Draft): string[] {
  const { columns, constants, choices } = draft;
  return [
    ...table.columns.flatMap((column, at) => (columns[at] ? [`${columns[at]}=${column.name}`] : [])),
    ...Object.entries(constants).flatMap(([field, text]) =>
      text.trim() && !columns.includes(field as Field) ? [`${field}:=${text.trim()}`] : [],
    ),
    ...Object.entries(choices).flatMap(([name, choice]) => (choice ? [`${name}=${choice}`] : [])),
  ];
}
