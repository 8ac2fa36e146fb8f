import { useMutation, useQueryClient } from "@tanstack/react-query";
import { isClientError } from "hookwright/client";
import { useState } from "react";
import type { SubscriptionPatch } from "../../../../subscriptions/input.js";
import type { Subscription } from "../../../../subscriptions/present.js";
import { client } from "../../api/client.js";
import { queries } from "../../api/queries.js";
import { reveal } from "../../api/revealed.js";
import { session } from "../../api/session.js";
import { useText } from "../../text/index.js";
import { useErrorText } from "../../ui/error-text.js";
import { useToast } from "../../ui/toasts.js";
import { afterSave, changedFields, conflictOf, type Draft, refused, shownForm } from "./draft.js";
import { readDraft, writeDraft } from "./draft-store.js";
import { type Faults, faultsOf, NO_FAULTS } from "./faults.js";
import { patchOf } from "./patch.js";

const { settings: host } = session;

interface Sending {
  readonly draft: Draft;
  readonly patch: SubscriptionPatch;
  readonly version: number;
}

/** Saving the draft, and what to do where someone else was first. */
export interface Saving {
  readonly busy: boolean;
  /** What is stored now, where that is not what was edited; `null` where nobody else has saved. */
  readonly conflict: Subscription | null;
  save(): void;
  keepMine(): void;
  takeTheirs(): void;
  goOn(): void;
}

/** Saves what has changed of a webhook, if it is still the version that was edited. */
export function useSave(subscription: Subscription): Saving {
  const { settings: text } = useText();
  const { id } = subscription;
  const { queryKey } = queries.subscription(id);
  const queryClient = useQueryClient();
  const toast = useToast();
  const errorText = useErrorText();
  const [conflict, setConflict] = useState<Subscription | null>(null);

  function refuse(faults: Partial<Faults>) {
    writeDraft(id, refused(readDraft(id), subscription, { ...NO_FAULTS, ...faults }));
  }

  const mutation = useMutation({
    mutationFn: ({ patch, version }: Sending) =>
      client.subscriptions.update(id, patch, { ifVersion: version }),
    // An answer that was asked for before must not come after.
    onMutate: () => queryClient.cancelQueries({ queryKey }),
    async onSuccess(saved, { draft, patch }) {
      await queryClient.cancelQueries({ queryKey });
      queryClient.setQueryData(queryKey, saved);
      void queryClient.invalidateQueries({ queryKey: ["subscriptions", "list"] });
      finish(saved, draft);
      const secret = patch.signing?.secret;
      if (secret !== undefined) reveal(id, saved.signing.verificationKey ?? secret);
      const more = secret === undefined ? {} : { description: text.bar.savedSecret };
      toast.add({ title: text.bar.saved, type: "good", ...more });
    },
    async onError(error, { draft, patch }) {
      if (isClientError(error, "VERSION_CONFLICT")) return explain(draft);
      const named = isClientError(error) ? error.errors : [];
      if (named.length === 0) return refuse({ rest: [text.bar.failed(errorText(error).text)] });
      const rows = shownForm(draft, subscription, host).headers;
      const faults = faultsOf(named, { patch, rows });
      refuse({ ...faults, rest: [text.bar.refused, ...faults.rest] });
    },
  });

  function finish(saved: Subscription, draft: Draft) {
    writeDraft(id, afterSave(readDraft(id), draft.edits, saved, host));
  }

  /** Reads what is stored now, so that the reader can choose. */
  async function explain(draft: Draft) {
    try {
      const latest = await queryClient.fetchQuery({ ...queries.subscription(id), staleTime: 0 });
      // A save whose answer was lost, and that was repeated, meets itself.
      if (changedFields(draft, latest, host).length === 0) finish(latest, draft);
      else setConflict(latest);
    } catch (error) {
      refuse({ rest: [text.bar.failed(errorText(error).text)] });
    }
  }

  function send(draft: Draft, before: Subscription) {
    const form = shownForm(draft, before, host);
    const { patch, problems, rowProblems } = patchOf(before, form, host);
    if (problems.size + rowProblems.size > 0) {
      const worded = (found: ReadonlyMap<string, keyof typeof text.problems>) =>
        Object.fromEntries(Array.from(found, ([key, problem]) => [key, text.problems[problem]]));
      return refuse({ fields: worded(problems), rows: worded(rowProblems), rest: [text.bar.refused] });
    }
    writeDraft(id, { ...draft, faults: { ...NO_FAULTS, attempt: draft.faults.attempt } });
    mutation.mutate({ draft, patch, version: draft.base.version });
  }

  return {
    busy: mutation.isPending,
    conflict,
    save() {
      const draft = readDraft(id);
      if (draft !== null && !mutation.isPending) send(draft, subscription);
    },
    keepMine() {
      const draft = readDraft(id);
      if (draft === null || conflict === null || mutation.isPending) return;
      const mine = { ...draft, base: conflict };
      setConflict(null);
      writeDraft(id, mine);
      send(mine, conflict);
    },
    takeTheirs() {
      setConflict(null);
      writeDraft(id, null);
    },
    goOn: () => setConflict(null),
  };
}

/** What to show of a conflict; `null` where there is none. */
export function differencesOf(draft: Draft | null, latest: Subscription | null) {
  return draft === null || latest === null ? null : conflictOf(draft, latest, session.settings);
}
