import { inject } from "vitest";
import type { Tool } from "./tools.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Answers where a program is: `<url><tool>`; nothing where it cannot be had. */
    readonly toolBroker: string;
  }
}

/** Where a program of another maker is; `null` where it cannot be had, and then the tests that need it are skipped. */
export async function tool(name: Tool): Promise<string | null> {
  const response = await fetch(inject("toolBroker") + name);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text === "" ? null : text;
}
