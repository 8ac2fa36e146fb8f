import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import type { Subscription } from "../../../../subscriptions/present.js";
import { client } from "../../api/client.js";
import { fieldProblems } from "../../api/field-problems.js";
import { queries } from "../../api/queries.js";
import { reveal } from "../../api/revealed.js";
import { may } from "../../api/session.js";
import { signsWithNewestOnly } from "../../snippets/schemes.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { useErrorText } from "../../ui/error-text.js";
import { Notice } from "../../ui/notice.js";
import { SecretField } from "../../ui/secret-field.js";
import { SelectField } from "../../ui/select-field.js";
import { useToast } from "../../ui/toasts.js";
import { OVERLAPS, type Overlap, type Rotation, rotateOptions } from "./rotation.js";
import "./rotate-dialog.css";

/** Asks how the secret is replaced, and replaces it. One that is made is then shown with the webhook, once. */
export function RotateDialog(props: { readonly subscription: Subscription; readonly onClose: () => void }) {
  const { verify, common } = useText();
  const text = verify.rotate;
  const { subscription, onClose } = props;
  const { id, name, signing } = subscription;
  const isKeyPair = signing.verificationKey !== null;
  const newestOnly = signsWithNewestOnly(signing.scheme);
  const mustEnter = !isKeyPair && !may("reveal");
  const form = useId();
  const [overlap, setOverlap] = useState<Overlap>("24h");
  const [who, setWho] = useState<"made" | "own">(mustEnter ? "own" : "made");
  const [secret, setSecret] = useState("");
  const queryClient = useQueryClient();
  const toast = useToast();
  const errorText = useErrorText();
  const rotate = useMutation({
    mutationFn: (rotation: Rotation) =>
      client.subscriptions.rotateSecret(id, rotateOptions(signing.scheme, rotation)),
    onSuccess: (rotated, rotation) => {
      // What the reader entered is known, and a public key is shown on the page anyway.
      const isRevealing = rotation.secret === null && !isKeyPair;
      queryClient.setQueryData(queries.subscription(id).queryKey, rotated.subscription);
      onClose();
      toast.add(
        isKeyPair
          ? { title: text.doneKey, description: text.doneKeyText, type: "good" }
          : { title: text.done, type: "good" },
      );
      if (isRevealing) reveal(id, rotated.secret);
    },
  });
  const problem = fieldProblems(rotate.error, ["secret"]).secret;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!rotate.isPending) rotate.mutate({ overlap, secret: who === "own" ? secret : null });
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={isKeyPair ? text.titleKey(name) : text.title(name)}
      description={newestOnly ? text.textNewest : isKeyPair ? text.textKey : text.text}
      actions={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" form={form} look="primary" busy={rotate.isPending}>
            {text.submit}
          </Button>
        </>
      }
    >
      <form id={form} className="rotate" onSubmit={submit}>
        {mustEnter && <Notice tone="warn">{text.noReveal}</Notice>}
        {!newestOnly && (
          <SelectField
            label={text.overlap}
            hint={overlap === "0" ? text.overlapNone : undefined}
            value={overlap}
            options={OVERLAPS.map((value) => ({ value, label: text.overlaps[value] }))}
            onChange={setOverlap}
          />
        )}
        {!isKeyPair && !mustEnter && (
          <SelectField
            label={text.who}
            value={who}
            options={[
              { value: "made", label: text.whoMade },
              { value: "own", label: text.whoOwn },
            ]}
            onChange={setWho}
          />
        )}
        {who === "own" && (
          <SecretField
            label={text.own}
            hint={signing.scheme === "standard" ? text.ownHint.standard : text.ownHint.other}
            required
            error={problem}
            value={secret}
            onChange={setSecret}
          />
        )}
        {rotate.isError && problem === undefined && (
          <Notice tone="bad" live>
            {errorText(rotate.error).text}
          </Notice>
        )}
      </form>
    </Dialog>
  );
}
