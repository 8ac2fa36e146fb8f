/** What the page of deliveries says. */
export const deliveries = {};
