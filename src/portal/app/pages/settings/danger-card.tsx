import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { client } from "../../api/client.js";
import { queries } from "../../api/queries.js";
import { forget } from "../../api/revealed.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Confirm } from "../../ui/confirm.js";
import { useErrorText } from "../../ui/error-text.js";
import { useToast } from "../../ui/toasts.js";
import { writeDraft } from "./draft-store.js";
import { useEditing } from "./editing.js";

/** Deletes the webhook, once the reader has said that it is meant. */
export function DangerCard() {
  const { settings, errors } = useText();
  const { danger: text } = settings;
  const { subscription, changed } = useEditing();
  const { id, name } = subscription;
  const [isOpen, setOpen] = useState(false);
  const [, navigate] = useLocation();
  const queryClient = useQueryClient();
  const toast = useToast();
  const errorText = useErrorText();
  const remove = useMutation({
    mutationFn: () => client.subscriptions.delete(id),
    onSuccess: () => {
      writeDraft(id, null);
      forget(id);
      navigate("/");
      queryClient.removeQueries(queries.subscription(id));
      void queryClient.invalidateQueries({ queryKey: ["subscriptions", "list"] });
      toast.add({ title: text.done(name), type: "good" });
    },
    onError: (error) => {
      setOpen(false);
      toast.add({ title: errors.toast, description: errorText(error).text, type: "bad" });
    },
  });
  return (
    <Card title={text.title} description={text.description} look="danger">
      <div>
        <Button look="danger" onClick={() => setOpen(true)}>
          {text.button}
        </Button>
      </div>
      <Confirm
        open={isOpen}
        onClose={() => setOpen(false)}
        onConfirm={() => remove.mutate()}
        busy={remove.isPending}
        title={text.ask(name)}
        verb={text.verb}
      >
        <p>{text.lost}</p>
        {changed.length > 0 && <p>{text.unsaved}</p>}
      </Confirm>
    </Card>
  );
}
