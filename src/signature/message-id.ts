/**
 * Whether a text can be a message id: 1 to 256 printable ASCII characters, without white space, comma and full stop.
 * A full stop would let id and body be shifted against each other under one signature; a comma is how a header that
 * was sent twice arrives.
 */
export function isMessageId(text: string): boolean {
  return /^[!-+\-/-~]{1,256}$/.test(text);
}
