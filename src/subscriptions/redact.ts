import { REDACTED } from "./headers.js";

/**
 * The same text with every known secret cut out.
 *
 * @param isCut - The text is the beginning of a longer one: a secret that it breaks off in is cut out too.
 */
export type Redact = (text: string, isCut?: boolean) => string;

/** Shorter values are no secrets worth the name, and cutting every "1" out of an answer would leave nothing to read. */
const SHORTEST_SECRET = 6;
/** Where a text breaks off, so few characters of a secret are left: cutting at each that fits by chance would spoil most texts. */
const LEFT_OF_A_SECRET = 2;

/** What knows no secret. */
export const redactNothing: Redact = (text) => text;

/**
 * Cuts secrets out of what others say: as they are, without their `Bearer` or `whsec_`, decoded where they are
 * `Basic`, and as JSON, URLs, forms, HTML, hexadecimal and base64 write them, also in the middle of a longer text
 * that was written so. What was encrypted, split up or put into other words cannot be told from any other text.
 *
 * @param secrets - Those shorter than 6 characters are left in.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  if (secrets.length === 0) return redactNothing;
  let known: readonly string[] | null = null;
  return (text, isCut = false) => {
    if (text === "") return text;
    known ??= writingsOf(secrets);
    let whole = text;
    for (const one of known) {
      // Most of what is looked at are headers, which are shorter than most of what is looked for.
      if (one.length <= text.length && whole.includes(one)) whole = whole.replaceAll(one, REDACTED);
    }
    return isCut ? withoutBeginning(whole, known) : whole;
  };
}

/** Longest first, so that none hides in another. */
function writingsOf(secrets: readonly string[]): string[] {
  const bare = new Set(secrets.flatMap(partsOf).filter(({ length }) => length >= SHORTEST_SECRET));
  const written = new Set([...bare].flatMap(spellingsOf).filter(({ length }) => length >= SHORTEST_SECRET));
  return [...written].sort((a, b) => b.length - a.length);
}

/** What of a value is a secret by itself. */
function partsOf(secret: string): string[] {
  const token = secret.replace(/^[A-Za-z][\w-]* +/, "");
  const parts = [secret, token, token.replace(/^wh(?:sec|sk)_/, "")];
  if (/^basic /i.test(secret)) {
    const credentials = Buffer.from(token, "base64").toString("utf8");
    parts.push(credentials, credentials.slice(credentials.indexOf(":") + 1));
  }
  return parts;
}

function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  // Half a surrogate pair has no UTF-8 form, and encodeURIComponent throws at one.
  const url = encodeURIComponent(bytes.toString("utf8"));
  const base64 = [0, 1, 2].map((offset) => base64Within(bytes, offset));
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    // As JavaScript and `inspect` write it, which choose the quotes so that none has to be escaped.
    secret.replaceAll("\\", "\\\\"),
    secret.replaceAll("\\", "\\\\").replaceAll("'", "\\'"),
    url,
    url.replaceAll("%20", "+"),
    html(secret),
    bytes.toString("hex"),
    ...base64,
    ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
  ];
}

/** The characters of a longer text's base64 that say nothing but these bytes, which begin `offset` bytes after a multiple of three. */
function base64Within(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

function html(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** Half a character at the end reads as U+FFFD, and would hide what stands before it. */
function withoutBeginning(text: string, secrets: readonly string[]): string {
  const end = text.replace(/\uFFFD{1,4}$/, "");
  let longest = LEFT_OF_A_SECRET;
  for (const secret of secrets) {
    for (let length = Math.min(secret.length - 1, end.length); length > longest; length--) {
      if (end.endsWith(secret.slice(0, length))) longest = length;
    }
  }
  return longest > LEFT_OF_A_SECRET ? end.slice(0, -longest) + REDACTED : text;
}
