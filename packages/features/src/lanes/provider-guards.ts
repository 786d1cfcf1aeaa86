import {
  Bulkhead,
  CircuitBreaker,
  CircuitOpenError,
  ConsecutiveFailures,
  exponentialBackoff,
  wrap,
} from '@zaphub/concurrency';
import type { Provider, SendOutcome } from '@zaphub/providers';

/** A provider as one connection uses it. */
export interface GuardedProvider extends Pick<Provider, 'abilities' | 'send'> {
  /** Milliseconds until the connection may be tried again; 0 for now. */
  retryAfterMs(): number;
  /** True while one message at a time is to find out whether the network can be reached again. */
  isOnTrial(): boolean;
}

/** Keeps the connections of a process from harming one another through a network that is away or slow. */
export interface ProviderGuards {
  /** What is known of a connection lives from turn to turn: a new turn does not run into the same wall. */
  guard(provider: Provider, connectionId: string): GuardedProvider;
  /** Forgets a connection of which nothing bad is known; called at the end of a turn. */
  release(connectionId: string): void;
}

/** Requests of one kind of provider under way at once, over all its connections. */
const maxConcurrent = 2_000;
const fewestFailures = 3;
const mostFailures = 20;
const resetAfterMs = exponentialBackoff({ firstDelayMs: 1_000, maxDelayMs: 30_000, jitter01: 0.2 });
/** The answers of our own side: they say nothing about the network. */
const ours: ReadonlySet<unknown> = new Set(['too_late', 'not_started', 'closed', 'journal_unwritable']);

/** Nothing bad is known of anybody yet. */
export function createProviderGuards(): ProviderGuards {
  const limits = { maxConcurrent, maxQueued: Number.MAX_SAFE_INTEGER };
  const kinds = new Bulkhead<Provider['name']>({
    simulator: limits,
    'cloud-api': limits,
    wuzapi: limits,
    baileys: limits,
  });
  const breakers = new Map<string, CircuitBreaker>();
  return {
    guard(provider, connectionId) {
      const breaker = breakers.get(connectionId) ?? createBreaker(provider, connectionId);
      breakers.set(connectionId, breaker);
      // The circuit is asked when it is a message's turn, not when it joins the line.
      const policy = wrap(kinds.partition(provider.name), breaker);
      return {
        abilities: provider.abilities,
        send: (request, options) =>
          policy.execute(() => provider.send(request, options), options.signal).catch(outcomeOfRefusal),
        retryAfterMs: () => breaker.retryAfterMs,
        isOnTrial: () => breaker.state !== 'closed',
      };
    },
    release(connectionId) {
      if (breakers.get(connectionId)?.state === 'closed') breakers.delete(connectionId);
    },
  };
}

/** Opens when so many in a row certainly did not leave that the network cannot be there. */
function createBreaker(provider: Provider, connectionId: string): CircuitBreaker {
  const threshold = Math.max(fewestFailures, Math.min(mostFailures, provider.abilities.maxInFlight));
  return new CircuitBreaker({
    name: `connection ${connectionId}`,
    strategy: new ConsecutiveFailures(threshold),
    resetAfterMs,
    isFailureResult: isUnreachable,
  });
}

/** A network that asks us to wait is there. */
function isUnreachable(outcome: unknown): boolean {
  if (typeof outcome !== 'object' || outcome === null || !('kind' in outcome)) return false;
  if (outcome.kind !== 'not_sent' || 'retryAfterMs' in outcome) return false;
  return 'code' in outcome && !ours.has(outcome.code);
}

/** What the guards refused has certainly not left. A provider never rejects; one that does may have sent. */
function outcomeOfRefusal(error: unknown): SendOutcome {
  if (error instanceof CircuitOpenError) {
    return { kind: 'not_sent', code: 'network_away', retryAfterMs: error.retryAfterMs };
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return { kind: 'not_sent', code: 'not_started', retryAfterMs: 0 };
  }
  return { kind: 'unknown', code: 'provider_error' };
}
