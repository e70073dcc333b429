// A cost export and a usage export of the same days: a day that agrees, a fee, a batch, and a day without a bill.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Desk } from "./desk";

const TOKENS = `usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens
2026-08-20,claude-sonnet-4-6,desk,Atelier,standard,≤ 200k,1000000,0,0,500000,200000
2026-08-20,claude-haiku-4-5-20251001,ci,Lookup,standard,≤ 200k,300000,0,0,0,20000
2026-08-21,claude-haiku-4-5-20251001,ci,Lookup,standard,≤ 200k,2000000,0,0,0,40000
2026-08-22,claude-sonnet-4-6,desk,Atelier,standard,≤ 200k,1000000,0,0,0,0
2026-08-23,claude-sonnet-4-6,desk,Atelier,standard,≤ 200k,200000,0,0,0,10000
`;
const COST = `usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,cost_type
2026-08-20,Claude Sonnet 4.6,Atelier,desk,message,≤ 200k,input_no_cache,3.00,token
2026-08-20,Claude Sonnet 4.6,Atelier,desk,message,≤ 200k,input_cache_read,0.15,token
2026-08-20,Claude Sonnet 4.6,Atelier,desk,message,≤ 200k,output,3.00,token
2026-08-20,Claude Haiku 4.5,Lookup,ci,message,≤ 200k,input_no_cache,0.30,token
2026-08-20,Claude Haiku 4.5,Lookup,ci,message,≤ 200k,output,0.10,token
2026-08-21,Claude Haiku 4.5,Lookup,ci,message,≤ 200k,input_no_cache,2.00,token
2026-08-21,Claude Haiku 4.5,Lookup,ci,message,≤ 200k,output,0.20,token
2026-08-21,,Lookup,ci,message,,,1.10,web_search
2026-08-22,Claude Sonnet 4.6,Atelier,desk,batch,≤ 200k,input_no_cache,1.50,token
`;

/** Imports a cost export and a usage export of the same days. */
export function billed(desk: Desk): void {
  const paths = Object.entries({ "tokens.csv": TOKENS, "cost.csv": COST }).map(([name, content]) => {
    const path = join(desk.folder, name);
    writeFileSync(path, content);
    return path;
  });
  desk.outlay("import", ...paths, "--yes");
}
