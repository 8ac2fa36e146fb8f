import { useEffect, useId, useMemo, useRef } from "react";
import type { Subscription } from "../../../../subscriptions/present.js";
import { may, session } from "../../api/session.js";
import { ActiveCard } from "./active-card.js";
import { BatchCard } from "./batch-card.js";
import { ConflictDialog } from "./conflict-dialog.js";
import { DangerCard } from "./danger-card.js";
import { changedFields, edited, followed, shownForm } from "./draft.js";
import { readDraft, useDraft, writeDraft } from "./draft-store.js";
import { type Editing, EditingProvider } from "./editing.js";
import { EventsCard } from "./events-card.js";
import { NO_FAULTS } from "./faults.js";
import { GeneralCard } from "./general-card.js";
import { HeadersCard } from "./headers-card.js";
import { RetryCard } from "./retry-card.js";
import { SaveBar } from "./save-bar.js";
import { SigningCard } from "./signing-card.js";
import { differencesOf, useSave } from "./use-save.js";
import "./settings.css";

const { settings: host } = session;

/** The settings of a webhook as cards, saved together; below them what takes effect at once. */
export default function SettingsView({ subscription }: { readonly subscription: Subscription }) {
  const { id } = subscription;
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  const draft = useDraft(id);
  const saving = useSave(subscription);
  const mayWrite = may("write");
  const faults = draft?.faults ?? NO_FAULTS;

  const editing = useMemo<Editing>(
    () => ({
      subscription,
      form: shownForm(draft, subscription, host),
      changed: changedFields(draft, subscription, host),
      faults,
      mayWrite,
      set: (edit) => writeDraft(id, edited(readDraft(id), subscription, host, edit)),
    }),
    [subscription, draft, faults, mayWrite, id],
  );

  useEffect(() => {
    const before = readDraft(id);
    const after = before && followed(before, subscription, host);
    if (after !== before) writeDraft(id, after);
  }, [id, subscription]);

  // A failure leads to the first field that is wrong; coming back to this page does not.
  const seen = useRef(faults.attempt);
  useEffect(() => {
    if (faults.attempt > seen.current) {
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-fault]')?.focus();
    }
    seen.current = faults.attempt;
  }, [faults.attempt]);

  return (
    <EditingProvider value={editing}>
      <form
        ref={form}
        id={formId}
        className="settings"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          saving.save();
        }}
      >
        <GeneralCard />
        {subscription.type === "batch" && <BatchCard />}
        <HeadersCard />
        <SigningCard />
        <EventsCard />
        <RetryCard />
      </form>
      <ActiveCard />
      {mayWrite && (
        <>
          <DangerCard />
          <SaveBar form={formId} busy={saving.busy} onDiscard={() => writeDraft(id, null)} />
        </>
      )}
      <ConflictDialog
        differences={differencesOf(draft, saving.conflict)}
        busy={saving.busy}
        onClose={saving.goOn}
        onKeepMine={saving.keepMine}
        onTakeTheirs={saving.takeTheirs}
      />
    </EditingProvider>
  );
}
