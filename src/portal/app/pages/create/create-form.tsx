import { type FormEvent, useEffect, useRef, useState } from "react";
import { fieldProblems, isAllBeside } from "../../api/field-problems.js";
import { useScope, withScope } from "../../api/scope.js";
import { session } from "../../api/session.js";
import { listAddress } from "../../shell/list-address.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { ButtonLink } from "../../ui/button-link.js";
import { useErrorText } from "../../ui/error-text.js";
import { Notice } from "../../ui/notice.js";
import { RadioCards } from "../../ui/radio-cards.js";
import { SelectField } from "../../ui/select-field.js";
import { TextField } from "../../ui/text-field.js";
import { type Creation, creationOf } from "./creation.js";
import { DeliveryType } from "./delivery-type.js";
import { useCreation } from "./use-creation.js";
import "./create-form.css";

const TYPES = ["event", "batch"] as const;

/** What stands in the form, by its name in the API. */
const FIELDS = session.scopes.length > 1 ? (["name", "scope"] as const) : (["name"] as const);

/** Asks for what a webhook needs to be there: its kind of delivery, its name, and where it hears. */
export function CreateForm() {
  const { create, common } = useText();
  const [scope, setScope] = useScope();
  const [type, setType] = useState<Creation["type"]>("event");
  const [name, setName] = useState("");
  const { submit, error, isPending } = useCreation();
  const errorText = useErrorText();
  const form = useRef<HTMLFormElement>(null);
  const problems = fieldProblems(error, FIELDS);

  useEffect(() => {
    // The reader goes on where something is wrong.
    if (error !== null) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error]);

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    submit(creationOf({ scope, type, name }));
  }

  return (
    <form ref={form} className="create-form" noValidate onSubmit={onSubmit}>
      {error !== null && !isAllBeside(error, FIELDS) && (
        <Notice tone="bad" live title={create.failed}>
          <p>{errorText(error).text}</p>
        </Notice>
      )}
      <RadioCards
        label={create.type}
        value={type}
        onChange={setType}
        options={TYPES.map((value) => ({
          value,
          title: create.types[value].title,
          ...(value === "event" ? { mark: create.recommended } : {}),
          children: <DeliveryType type={value} />,
        }))}
      />
      {session.scopes.length > 1 && (
        <SelectField
          label={create.scope}
          hint={create.scopeHint}
          error={problems.scope}
          value={scope}
          options={session.scopes.map((each) => ({ value: each.scope, label: each.label }))}
          onChange={setScope}
        />
      )}
      <TextField
        label={create.name}
        hint={create.nameHint}
        error={problems.name}
        required
        value={name}
        onChange={setName}
      />
      <div className="create-form-actions">
        <Button type="submit" look="primary" busy={isPending}>
          {isPending ? create.submitting : create.submit}
        </Button>
        <ButtonLink to={withScope(listAddress(), scope)}>{common.cancel}</ButtonLink>
      </div>
    </form>
  );
}
