import { useMutation, useQueryClient } from "@tanstack/react-query";
import { isClientError } from "hookwright/client";
import { client } from "../../api/client.js";
import { queries } from "../../api/queries.js";
import { useText } from "../../text/index.js";
import { Card } from "../../ui/card.js";
import { useErrorText } from "../../ui/error-text.js";
import { Switch } from "../../ui/switch.js";
import { useToast } from "../../ui/toasts.js";
import { refused } from "./draft.js";
import { readDraft, writeDraft } from "./draft-store.js";
import { useEditing } from "./editing.js";
import { faultsOf } from "./faults.js";

/** Whether events are sent: a switch that takes effect at once. Where enabling is refused, the fields say why. */
export function ActiveCard() {
  const { settings, errors } = useText();
  const { active: text } = settings;
  const { subscription, form, mayWrite } = useEditing();
  const queryClient = useQueryClient();
  const toast = useToast();
  const errorText = useErrorText();
  const { id, enabled, url, events } = subscription;
  const { queryKey } = queries.subscription(id);
  const toggle = useMutation({
    mutationFn: (on: boolean) => (on ? client.subscriptions.enable(id) : client.subscriptions.disable(id)),
    onMutate: () => queryClient.cancelQueries({ queryKey }),
    onSuccess: async (saved) => {
      await queryClient.cancelQueries({ queryKey });
      queryClient.setQueryData(queryKey, saved);
      void queryClient.invalidateQueries({ queryKey: ["subscriptions", "list"] });
      toast.add({ title: saved.enabled ? text.enabled : text.disabled, type: "good" });
    },
    onError: (error) => {
      const named = isClientError(error) ? error.errors : [];
      // An error of events counts in the list that is stored.
      const faults = faultsOf(named, { patch: { events }, rows: form.headers });
      if (named.length > 0) writeDraft(id, refused(readDraft(id), subscription, faults));
      const description = named.length > 0 ? [text.failed, ...faults.rest].join(" ") : errorText(error).text;
      toast.add({ title: errors.toast, description, type: "bad" });
    },
  });
  const missing = url === null ? (events.length === 0 ? "both" : "url") : "events";
  const isReady = url !== null && events.length > 0;
  const isOn = toggle.isPending ? toggle.variables : enabled;
  return (
    <Card title={text.title} description={text.description}>
      <Switch
        checked={isOn}
        disabled={!mayWrite || (!enabled && !isReady)}
        label={text.label}
        hint={enabled ? text.on : isReady ? text.off : text.missing[missing]}
        onChange={(on) => !toggle.isPending && toggle.mutate(on)}
      />
    </Card>
  );
}
