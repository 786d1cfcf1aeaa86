import { z } from 'zod';

/*
 * What can happen to the simulated network: as steps of a scenario, or one by one through the control endpoint. Times
 * are milliseconds; a thing without `forMs` stays until `reset`.
 */
const forMs = z.number().int().min(1).max(86_400_000).optional();
const share01 = z.number().min(0).max(1).optional();
/** One number; without it, all of them. */
const connection = z.string().min(1).max(100).optional();
const phone = z.string().regex(/^\+[1-9]\d{5,14}$/);

const rates = z
  .strictObject({
    refused01: share01,
    optedOut01: share01,
    notSent01: share01,
    throttled01: share01,
    recipientLimit01: share01,
    serverError01: share01,
    lostReply01: share01,
  })
  .refine((value) => Object.values(value).reduce<number>((sum, one) => sum + (one ?? 0), 0) <= 1, {
    message: 'the shares come to more than 1',
  });

/** One thing that happens. */
export const simulatorAction = z.discriminatedUnion('do', [
  /** The number may send nothing: `pause_connection`. */
  z.strictObject({ do: z.literal('ban'), connection, forMs }),
  /** The number is too fast, whatever its pace: `slow_down`. */
  z.strictObject({ do: z.literal('limit'), connection, forMs }),
  /** The network cannot be reached. */
  z.strictObject({ do: z.literal('drop'), connection, forMs }),
  /** Ends bans, limits and drops. */
  z.strictObject({ do: z.literal('release'), connection }),
  /** Answers take so long, evenly spread. */
  z.strictObject({
    do: z.literal('slow'),
    minMs: z.number().int().min(0).max(60_000),
    maxMs: z.number().int().min(0).max(60_000),
    forMs,
  }),
  /** Troubles come so often; what is not named stays as it was. */
  z.strictObject({ do: z.literal('rates'), rates, forMs }),
  /** A person writes; `connection` names the number, or it is the one that sent last. */
  z.strictObject({
    do: z.literal('inbound'),
    connection,
    from: phone,
    text: z.string().min(1).max(4_096),
    name: z.string().min(1).max(100).optional(),
    /** Our id of the message that it answers. */
    answers: z.string().min(1).optional(),
  }),
  /** A person tells the network to stop, or to go on with, marketing. */
  z.strictObject({
    do: z.literal('preference'),
    connection,
    from: phone,
    choice: z.enum(['stop', 'resume']),
  }),
  /** The phone scans the code that is shown, or types the one for pairing. */
  z.strictObject({ do: z.literal('scan'), connection }),
  /** The phone ends the session. */
  z.strictObject({ do: z.literal('log_out'), connection }),
  /** As it was set up: nothing that happened has an effect any more. */
  z.strictObject({ do: z.literal('reset') }),
]);

export type SimulatorAction = z.infer<typeof simulatorAction>;

const step = z.strictObject({
  at: z.union([
    /** With the so-and-so-many-th request of one process, counted from 1; of one number, when that is named. */
    z.strictObject({ message: z.number().int().min(1), connection }),
    /** So long after the network was first used with a scenario. */
    z.strictObject({ afterMs: z.number().int().min(0).max(86_400_000) }),
  ]),
  happens: z.union([simulatorAction, z.array(simulatorAction).min(1)]),
});

const scenario = z.strictObject({ steps: z.array(step).max(1_000) });

/** When something happens, and what. Each step happens once in the life of a journal's folder. */
export type SimulatorScenario = z.infer<typeof scenario>;

/**
 * Reads a scenario's JSON.
 * @throws SyntaxError, or ZodError that names every field that does not fit
 */
export function parseScenario(text: string): SimulatorScenario {
  return scenario.parse(JSON.parse(text));
}
