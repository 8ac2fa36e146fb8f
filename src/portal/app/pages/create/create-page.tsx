import { may } from "../../api/session.js";
import { listAddress } from "../../shell/list-address.js";
import { PageTitle } from "../../shell/page-title.js";
import { useText } from "../../text/index.js";
import { ButtonLink } from "../../ui/button-link.js";
import { Notice } from "../../ui/notice.js";
import { CreateForm } from "./create-form.js";
import "./create-page.css";

/** Begins a webhook. */
export default function CreatePage() {
  const { create, shell } = useText();
  if (!may("write")) {
    return (
      <>
        <PageTitle title={create.title} />
        <Notice
          tone="info"
          title={create.mayNotTitle}
          actions={<ButtonLink to={listAddress()}>{shell.toList}</ButtonLink>}
        >
          <p>{create.mayNot}</p>
        </Notice>
      </>
    );
  }
  return (
    <>
      <div className="create-page-head">
        <PageTitle title={create.title} />
        <p className="create-page-intro">{create.intro}</p>
      </div>
      <CreateForm />
    </>
  );
}
