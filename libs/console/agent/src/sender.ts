import { ApiProblem, type shapes } from '@tongban/console/api';
import { errandAfter, type Errand } from './errand.js';
import type { FileRef, Sight } from './facts.js';
import {
  deliveryOf,
  grantOf,
  hasFaded,
  leaving,
  next,
  nextStep,
  seenAs,
  slimmed,
  submissionOf,
  supplementOf,
  type Application,
  type OutboxEvent,
  type SignedMandate,
  type Step,
} from './outbox.js';
import { dayOf } from './village-clock.js';

/** The village's interface, as far as sending goes. All throw ApiProblem. */
export interface Village {
  version(code: string): Promise<number>;
  held(digest: string): Promise<shapes.HeldUpload>;
  piece(digest: string, size: number, offset: number, bytes: Uint8Array<ArrayBuffer>): Promise<shapes.HeldUpload>;
  register(file: FileRef): Promise<void>;
  grant(mandate: shapes.MandateGrant, key: string): Promise<string>;
  submit(submission: shapes.CaseSubmission, key: string): Promise<NonNullable<Application['taken']>>;
  /** Both: undefined when it is done, otherwise what the question to the owner of the case is known by. */
  supplement(record: string, body: ReturnType<typeof supplementOf>, key: string): Promise<string | undefined>;
  deliver(record: string, body: ReturnType<typeof deliveryOf>, key: string): Promise<string | undefined>;
  answer(request: string): Promise<OwnersAnswer>;
  see(record: string): Promise<Sight>;
}

/** What the owner of the case said to a question. */
export interface OwnersAnswer {
  readonly state: 'pending' | 'done' | 'refused';
  readonly code: string | null;
  readonly detail: string | null;
}

/** Where the application lies; each change is on disk when it is answered. */
export interface Outbox {
  find(id: string): Promise<Application | undefined>;
  change(id: string, change: (application: Application) => Application): Promise<void>;
  bytesOf(file: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

export interface SenderOptions {
  readonly village: Village;
  readonly outbox: Outbox;
  readonly agent: { readonly name: string; readonly phone: string };
  /** By the village's clock. */
  readonly now: () => number;
  readonly progress?: (file: string, held: number, size: number) => void;
}

/** `done`: nothing is left to send. `noAnswer`, `login`: to be tried again, later or after a login. */
export type Sent = 'done' | 'noAnswer' | 'login';

/** Bytes of one piece: three seconds on a line of 400 kbit/s, so that a break costs little. */
export const pieceBytes = 131_072;
const maxSteps = 200;
const maxOffsetsAsked = 3;

/** A code of our own: the item has a newer version than the one that was filled in. */
export const itemChanged = 'agent.item-changed';
const fileLost = 'agent.file-lost';

class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The village answered, and not what it was asked. */
class Unanswered extends Error {}

/** Statuses that say nothing about what was asked: the same may be asked again. */
const passing = new Set([408, 425, 429]);
const clientErrors = { from: 400, to: 499 } as const;

function outcomeOf(error: unknown): Refused | 'noAnswer' | 'login' {
  if (error instanceof Refused) return error;
  if (error instanceof Unanswered) return 'noAnswer';
  if (!(error instanceof ApiProblem)) throw error;
  if (error.status === 401) return 'login';
  const refused = error.status >= clientErrors.from && error.status <= clientErrors.to && !passing.has(error.status);
  return refused ? new Refused(error.code, error.message) : 'noAnswer';
}

/**
 * Sends one application as far as it goes, one kept step after the other: killed between any two, the next run goes on
 * from what was kept, and what was sent already is the same command under the same key.
 */
export async function sendOne(id: string, options: SenderOptions): Promise<Sent> {
  for (let steps = 0; steps < maxSteps; steps++) {
    const application = await options.outbox.find(id);
    if (application === undefined) return 'done';
    const step = nextStep(application);
    if (step.do === 'rest') return 'done';
    try {
      await stepActs[step.do](application, step as never, options);
    } catch (error) {
      const outcome = outcomeOf(error);
      if (typeof outcome === 'string') return outcome;
      // A case that is with the village is not refused by a look that failed, and keeps no other from being sent.
      if (step.do === 'look') return 'done';
      const { code, message: text } = outcome;
      await options.outbox.change(id, (now) => refused(now, { code, text }));
      return 'done';
    }
    if (step.do === 'look') return 'done';
  }
  return 'noAnswer';
}

const moved = (application: Application, event: OutboxEvent): Application => ({
  ...application,
  state: next(application.state, event) ?? application.state,
});

/** Once the village has the case it is what the agent does for it that is refused. */
function refused(application: Application, refusal: NonNullable<Application['refusal']>): Application {
  if (application.taken === undefined) return { ...moved(application, 'refuse'), refusal };
  const { errand } = application;
  return errand === undefined ? application : { ...application, errand: errandAfter(errand, 'refuse', { refusal }) };
}

/** Of the errand that was sent: one that was confirmed meanwhile is another. */
const withErrand = (application: Application, key: string, change: (errand: Errand) => Errand): Application =>
  application.errand?.key === key ? { ...application, errand: change(application.errand) } : application;

/** What the owner of the case said to the errand, as far as it has said anything. */
function answered(application: Application, { state, code, detail }: OwnersAnswer, key: string): Application {
  if (state === 'pending') return application;
  const refusal = { code: code ?? '', text: detail ?? '' };
  return withErrand(application, key, (errand) =>
    state === 'done' ? errandAfter(errand, 'take') : errandAfter(errand, 'refuse', { refusal }),
  );
}

const registeredIn = (application: Application, file: string): Application => {
  const mark = (one: FileRef): FileRef => (one.id === file ? { ...one, registered: true } : one);
  const { mandate, errand } = application;
  return {
    ...application,
    errand: errand?.kind === 'supplement' ? { ...errand, files: errand.files.map(mark) } : errand,
    files: application.files.map(mark),
    mandate: mandate === undefined ? undefined : { ...mandate, file: mark(mandate.file) },
  };
};

/** Of the mandate that was sent: a later signature is another one. */
const withMandate = (application: Application, sent: SignedMandate, change: Partial<SignedMandate>): Application =>
  application.mandate?.file.id === sent.file.id
    ? { ...application, mandate: { ...application.mandate, ...change } }
    : application;

type Acts = {
  readonly [K in Exclude<Step['do'], 'rest'>]: (
    application: Application,
    step: Extract<Step, { do: K }>,
    options: SenderOptions,
  ) => Promise<void>;
};

const stepActs: Acts = {
  async upload({ id }, { file }, options) {
    await upload(file, options);
    await options.outbox.change(id, (now) => registeredIn(now, file.id));
  },

  async fixTerm({ id, item, mandate }, _step, { village, outbox, now }) {
    // Asked first, so that the clock is the village's of this moment, and the form that of the version in force.
    const version = await village.version(item.code);
    if (version !== item.version) throw new Refused(itemChanged, String(version));
    const today = now();
    await outbox.change(id, (kept) => withMandate(kept, mandate!, { term: termOf(mandate!, today) }));
  },

  async grant(application, _step, { village, outbox }) {
    const mandate = application.mandate!;
    const record = await village.grant(grantOf({ ...application, mandate }), application.keys.mandate);
    await outbox.change(application.id, (now) => withMandate(now, mandate, { record }));
  },

  async submit(application, _step, { village, outbox, agent }) {
    const { id, keys } = application;
    const version =
      application.state === 'ready' ? await village.version(application.item.code) : application.item.version;
    if (version !== application.item.version) throw new Refused(itemChanged, String(version));
    // On disk before the case leaves: from here on nobody changes what an attempt may have brought to the village.
    await outbox.change(id, (now) => moved(now, 'begin'));
    const sent = await outbox.find(id);
    // The agent has taken it back in the last moment.
    if (sent?.state !== 'sending') return;
    const taken = await village.submit(submissionOf(sent, agent), keys.submit);
    await outbox.change(id, (now) => ({ ...slimmed(moved(now, 'take')), taken, refusal: undefined }));
  },

  async run({ id, taken }, _step, { village, outbox, now }) {
    const today = now();
    await outbox.change(id, (kept) => leaving(kept, today));
    const sent = await outbox.find(id);
    const errand = sent?.errand;
    if (errand?.state !== 'sending') return;
    const { record } = taken!;
    const request =
      errand.kind === 'supplement'
        ? await village.supplement(record, supplementOf(errand, sent?.sight), errand.key)
        : await village.deliver(record, deliveryOf(errand), errand.key);
    const event = request === undefined ? 'take' : 'ask';
    await outbox.change(id, (kept) => withErrand(kept, errand.key, (own) => errandAfter(own, event, { request })));
  },

  async look({ id, taken, errand }, _step, { village, outbox, now }) {
    const request = errand?.state === 'asked' ? errand.request : undefined;
    const answer = request === undefined ? undefined : await village.answer(request);
    const sight = await village.see(taken!.record);
    const today = now();
    await outbox.change(id, (kept) => {
      const seen = seenAs(answer === undefined ? kept : answered(kept, answer, errand!.key), sight);
      return hasFaded(seen, today) ? moved(seen, 'fade') : seen;
    });
  },
};

const termOf = ({ days }: SignedMandate, now: number) => ({ from: dayOf(now), until: dayOf(now, days - 1) });

/** From where the last attempt ended; the village checks the digest of the whole and then takes it as an attachment. */
async function upload(file: FileRef, { village, outbox, progress }: SenderOptions): Promise<void> {
  const bytes = await outbox.bytesOf(file.id);
  if (bytes?.length !== file.sealedSize) throw new Refused(fileLost, file.name);
  let { held, complete } = await village.held(file.digest);
  let asked = 0;
  for (let left = Math.ceil(bytes.length / pieceBytes) + maxOffsetsAsked; !complete; left--) {
    if (left <= 0) throw new Unanswered();
    progress?.(file.id, held, bytes.length);
    try {
      const piece = bytes.slice(held, held + pieceBytes);
      ({ held, complete } = await village.piece(file.digest, bytes.length, held, piece));
    } catch (error) {
      // Somebody (an attempt that was given up too early) has written meanwhile: ask where it stands.
      const isMoved = error instanceof ApiProblem && ['attachment.offset', 'attachment.digest'].includes(error.code);
      if (!isMoved || ++asked > maxOffsetsAsked) throw error;
      ({ held, complete } = await village.held(file.digest));
    }
  }
  progress?.(file.id, bytes.length, bytes.length);
  await village.register(file);
}
