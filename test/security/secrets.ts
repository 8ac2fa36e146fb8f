import { inspect } from "node:util";

/** Every secret a test made or was given, and every way it might be written where it leaks. */
export class KnownSecrets {
  readonly #needles = new Map<string, string>();

  /** Notes a secret. `name` is what a failure calls it. */
  add(name: string, secret: string | null): string {
    if (secret === null) throw new Error(`no secret ${name}`);
    this.#note(name, secret);
    const token = secret.replace(/^(?:wh(?:sec|sk)_|[A-Za-z]+ )/, "");
    if (token !== secret) this.#note(`${name} without its prefix`, token);
    if (/^wh/.test(secret)) {
      const bytes = Buffer.from(token, "base64");
      this.#note(`${name} as bytes`, bytes.toString("latin1"));
      this.#note(`${name} as bytes in hex`, bytes.toString("hex"));
    }
    if (/^Basic /.test(secret)) {
      const pair = Buffer.from(token, "base64").toString();
      this.#note(`${name} decoded`, pair);
      this.#note(`${name}'s password`, pair.slice(pair.indexOf(":") + 1));
    }
    return secret;
  }

  /** Where in the texts a secret is: the name of the place, and of the secret. Empty when nothing leaked. */
  foundIn(places: ReadonlyMap<string, string>): string[] {
    const found = new Map<string, string>();
    for (const [place, text] of places) {
      for (const [needle, name] of this.#needles) {
        const at = text.indexOf(needle);
        const where = `${name} in ${place.replace(/ \(\d+\)/, "")}`;
        if (at >= 0 && found.size < 40) found.set(where, text.slice(Math.max(0, at - 80), at + 20));
      }
    }
    return [...found].map(([where, text]) => `${where}: ...${text}`);
  }

  get size(): number {
    return this.#needles.size;
  }

  #note(name: string, text: string): void {
    const writings = {
      "": text,
      " as JSON": JSON.stringify(text).slice(1, -1),
      " as inspect writes it": inspect(text).slice(1, -1),
      " in a URL": encodeURIComponent(text),
      " in base64": Buffer.from(text).toString("base64").replace(/=+$/, "").slice(0, -1),
      " in base64url": Buffer.from(text).toString("base64url").slice(0, -1),
      " in hex": Buffer.from(text).toString("hex"),
    };
    for (const [how, writing] of Object.entries(writings)) this.#needles.set(writing, name + how);
  }
}

/** What left the library, as texts: as JSON, as `inspect` shows it, and an error's causes to the end. */
export class Outside {
  readonly places = new Map<string, string>();

  put(place: string, value: unknown): void {
    let name = place;
    for (let count = 2; this.places.has(name); count++) name = `${place} (${count})`;
    this.places.set(name, textOf(value));
  }

  /** Notes what a call answers or rejects with, and answers it. */
  async of<T>(place: string, call: () => T | Promise<T>): Promise<T | Error> {
    try {
      const answer = await call();
      this.put(place, answer);
      return answer;
    } catch (error) {
      this.put(`${place}'s rejection`, error);
      return error as Error;
    }
  }
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const seen = inspect(value, {
    depth: 10,
    showHidden: true,
    maxArrayLength: null,
    maxStringLength: null,
    breakLength: Number.POSITIVE_INFINITY,
  });
  return [seen, json(value), ...causes(value)].join("\n");
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}

function causes(value: unknown): string[] {
  const texts: string[] = [];
  for (let error = value; error instanceof Error && texts.length < 50; error = error.cause) {
    texts.push(String(error), error.stack ?? "", json(Object.assign({}, error)));
  }
  return texts;
}
