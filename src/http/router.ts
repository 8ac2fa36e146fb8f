import { HttpProblem } from "./problem.js";
import type { Route } from "./route.js";

/** What a path leads to. */
export interface Match {
  readonly route: Route;
  /** `{id}` of the path; `""` where it has none. */
  readonly id: string;
}

interface Place {
  /** Between the slashes; `{id}` stands for any one. */
  readonly segments: readonly string[];
  readonly routes: readonly Route[];
}

/** Finds the route of a request. Two dozen addresses with one parameter each: a router of its own would be the larger part. */
export class Router {
  readonly #places: readonly Place[];

  constructor(routes: readonly Route[]) {
    this.#places = Array.from(groupByPath(routes), ([path, some]) => ({
      segments: path.split("/"),
      routes: some,
    }));
  }

  /** The methods of a path; none where it leads nowhere. */
  methods(path: string): string[] {
    const { routes } = this.#find(path) ?? { routes: [] };
    const methods = routes.map(({ method }) => method as string);
    return methods.length === 0 ? [] : [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"];
  }

  /**
   * The route of a method and a path.
   *
   * @throws HttpProblem `NOT_FOUND`, `METHOD_NOT_ALLOWED`.
   */
  match(method: string, path: string): Match {
    const place = this.#find(path);
    if (place === undefined) throw new HttpProblem("NOT_FOUND", "There is nothing at this address.");
    const wanted = method === "HEAD" ? "GET" : method;
    const route = place.routes.find((one) => one.method === wanted);
    if (route !== undefined) return { route, id: place.id };
    const allow = this.methods(path).join(", ");
    throw new HttpProblem("METHOD_NOT_ALLOWED", `This address takes ${allow}.`, { headers: { allow } });
  }

  #find(path: string): (Place & { readonly id: string }) | undefined {
    const given = (path.endsWith("/") ? path.slice(0, -1) : path).split("/");
    for (const place of this.#places) {
      const id = idIn(given, place.segments);
      if (id !== null) return { ...place, id: decoded(id) };
    }
    return undefined;
  }
}

/** What stands where the address has `{id}`, `""` where it has none; `null` where it is another address. */
function idIn(given: readonly string[], segments: readonly string[]): string | null {
  if (given.length !== segments.length) return null;
  let id = "";
  for (const [index, segment] of segments.entries()) {
    const text = given[index] ?? "";
    if (segment === "{id}" && text !== "") id = text;
    else if (segment !== text) return null;
  }
  return id;
}

function groupByPath(routes: readonly Route[]): Map<string, Route[]> {
  const byPath = new Map<string, Route[]>();
  for (const route of routes) {
    const some = byPath.get(route.path);
    if (some === undefined) byPath.set(route.path, [route]);
    else some.push(route);
  }
  return byPath;
}

/** As it was meant; what is encoded badly names nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
