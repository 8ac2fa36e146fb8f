/** What a path leads to. */
export type Place =
  /** Not below the base path. */
  | { readonly kind: "outside" }
  | { readonly kind: "api" }
  | { readonly kind: "asset"; readonly name: string }
  /** Any other address: a page, which the browser half knows. `root` leads from it to the base path. */
  | { readonly kind: "page"; readonly root: string };

/**
 * Where a path leads to. References are relative, so that they hold whatever a proxy puts before the path. The base path
 * is a page with and without a slash behind it, for frameworks add or take off one; without it nothing but its last
 * segment says where the base is, and that a proxy must keep.
 *
 * @param basePath - Begins with a slash and ends without one, or is empty.
 */
export function placeOf(basePath: string, { pathname }: URL): Place {
  if (pathname === basePath) {
    const last = basePath.slice(basePath.lastIndexOf("/") + 1);
    return { kind: "page", root: `./${last}/` };
  }
  if (!pathname.startsWith(`${basePath}/`)) return { kind: "outside" };
  const rest = pathname.slice(basePath.length + 1);
  const [first, ...below] = rest.split("/");
  if (first === "api") return { kind: "api" };
  if (first === "assets") return { kind: "asset", name: below.join("/") };
  // An empty segment is one, too: `..` takes off that and no more.
  return { kind: "page", root: below.length === 0 ? "./" : "../".repeat(below.length) };
}
