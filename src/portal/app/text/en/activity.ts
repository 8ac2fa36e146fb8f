/** What the page of activity says. */
export const activity = {};
