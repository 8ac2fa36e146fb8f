/** What stands around every page. */
export const shell = {
  skip: "Skip to the content",
  navigation: "Main",
  webhooks: "Webhooks",
  catalogue: "Event catalogue",
  scope: "Scope",
  offline: "You are offline. What you see may be old; it is read again as soon as there is a connection.",
  notFoundTitle: "There is nothing here",
  notFound: "The address may be old, or what was here is deleted.",
  toList: "To the webhooks",
  documentTitle: (page: string, title: string) => `${page} · ${title}`,
};
