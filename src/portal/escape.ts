const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it may stand between tags and in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/**
 * JSON as it may stand in a `<script>` that is data. Nothing ends one but `</script`, and `<!--` changes what does
 * (https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements): without `<`
 * there is neither. In JSON, it stands in strings only.
 */
export function escapeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
