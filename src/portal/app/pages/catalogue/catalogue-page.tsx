import { PageTitle } from "../../shell/page-title.js";

/** Placeholder that the page's author replaces. */
export default function Page() {
  return <PageTitle title="Catalogue" />;
}
