/** What the page of catalogue says. */
export const catalogue = {};
