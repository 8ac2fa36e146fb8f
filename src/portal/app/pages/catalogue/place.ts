/**
 * The part of an address that names an event type, `#signin.session.created`, or a group, `#group:DHCP`: a type's name
 * has no colon, so that the two cannot be taken for each other.
 */
export type Place = { readonly type: string } | { readonly group: string };

/** What the part after `#` says, with the `#`; `null` where it says nothing. */
export function placeOf(hash: string): Place | null {
  let text: string;
  try {
    text = decodeURIComponent(hash.replace(/^#/, ""));
  } catch {
    return null;
  }
  if (text === "") return null;
  return text.startsWith("group:") ? { group: text.slice("group:".length) } : { type: text };
}

/** The part of an address that leads to a place. */
export function hashOf(place: Place): string {
  return "type" in place ? `#${encodeURIComponent(place.type)}` : `#group:${encodeURIComponent(place.group)}`;
}

/** The id of the element at a place; none that the page itself has. */
export function elementId(place: Place): string {
  return "type" in place
    ? `event:${encodeURIComponent(place.type)}`
    : `group:${encodeURIComponent(place.group)}`;
}
