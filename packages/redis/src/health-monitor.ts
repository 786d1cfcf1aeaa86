import type { Clock } from '@zaphub/concurrency';
import type { Logger } from '@zaphub/telemetry';
import { Cluster } from 'ioredis';
import type { CommandPool } from './command-pool.ts';
import type { DriverSettings } from './driver.ts';
import type { RedisHealth, RedisState } from './redis-adapter.ts';
import { describeTarget } from './redis-url.ts';
import { readServerFacts, type ServerFacts, serverWarnings } from './server-check.ts';
import type { Subscriber } from './subscriber.ts';

/** What the monitor watches, and how. */
export interface HealthMonitorOptions {
  readonly commands: CommandPool;
  readonly subscriber: Subscriber;
  readonly driver: DriverSettings;
  readonly graceMs: number;
  readonly intervalMs: number;
  readonly needsNoEviction: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Knows how Redis is: from its connections at any moment, and from a check now and then. */
export class HealthMonitor {
  readonly #options: HealthMonitorOptions;
  readonly #address: string;
  #awaySince: number | undefined;
  #isClosed = false;
  #isToldDown = false;
  #version: string | undefined;
  #latencyMs: number | undefined;
  #checkedAt: Date | undefined;
  #warnings: readonly string[] = [];
  #problem: string | undefined;
  #checking: Promise<RedisHealth> | undefined;
  #cancelInterval: (() => void) | undefined;
  #cancelGrace: (() => void) | undefined;

  constructor(options: HealthMonitorOptions) {
    this.#options = options;
    this.#address = describeTarget(options.driver.target);
    this.changed();
    this.#checkLater();
  }

  /** As of now; costs no round trip. */
  get state(): RedisState {
    const { commands, subscriber } = this.#options;
    if (this.#isClosed) return 'closed';
    const ready = commands.ready;
    if (ready === 0) return this.isDown ? 'down' : 'connecting';
    return ready < commands.open || !subscriber.isReady ? 'degraded' : 'ready';
  }

  /** Away for longer than the grace time. */
  get isDown(): boolean {
    return (
      this.#awaySince !== undefined && this.#options.clock.now() - this.#awaySince > this.#options.graceMs
    );
  }

  /** A connection came or went. */
  changed(): void {
    const { commands, clock, graceMs, logger } = this.#options;
    if (this.#isClosed) return;
    if (commands.ready > 0) {
      this.#awaySince = undefined;
      this.#cancelGrace?.();
      if (!this.#isToldDown) return;
      this.#isToldDown = false;
      logger.info('Redis is back', { address: this.#address });
      return;
    }
    if (this.#awaySince !== undefined) return;
    this.#awaySince = clock.now();
    this.#cancelGrace = clock.timer(graceMs + 1, () => {
      this.#isToldDown = true;
      logger.warn('Redis is away: working without it until it is back', { address: this.#address });
    });
  }

  /** A connection for commands came. What is at its other end may be another server than before. */
  linkReady(): void {
    this.changed();
    void this.check();
  }

  health(): RedisHealth {
    const state = this.state;
    return {
      state,
      address: this.#address,
      version: this.#version,
      latencyMs: this.#latencyMs,
      checkedAt: this.#checkedAt,
      warnings: this.#warnings,
      problem: state === 'ready' ? undefined : (this.#problem ?? `its connections are ${state}`),
    };
  }

  check(): Promise<RedisHealth> {
    if (this.#isClosed) return Promise.resolve(this.health());
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelInterval?.();
    this.#cancelGrace?.();
  }

  async #check(): Promise<RedisHealth> {
    const { commands, clock } = this.#options;
    const startedAt = clock.now();
    try {
      if (commands.ready === 0) throw new Error('no connection to it is open');
      await commands.pingAll();
      this.#latencyMs = clock.now() - startedAt;
      this.#problem = undefined;
      this.#judge(await this.#askServers());
    } catch (error) {
      this.#latencyMs = undefined;
      this.#problem = error instanceof Error ? error.message : String(error);
    }
    this.#checkedAt = new Date();
    return this.health();
  }

  /** Every master of a cluster, or the one server. One that does not tell is no reason to call it ill. */
  async #askServers(): Promise<ServerFacts[]> {
    const [client] = this.#options.commands.clients();
    if (client === undefined) return [];
    const servers = client instanceof Cluster ? client.nodes('master') : [client];
    const nothing: ServerFacts = { version: undefined, evictionPolicy: undefined };
    return Promise.all(servers.map((server) => server.info().then(readServerFacts, () => nothing)));
  }

  #judge(servers: readonly ServerFacts[]): void {
    const { needsNoEviction, logger } = this.#options;
    const warnings = new Set(servers.flatMap((facts) => serverWarnings(facts, { needsNoEviction })));
    this.#version = servers.find(({ version }) => version !== undefined)?.version;
    for (const warning of warnings) {
      if (!this.#warnings.includes(warning)) logger.warn(warning, { address: this.#address });
    }
    this.#warnings = [...warnings];
  }

  #checkLater(): void {
    const { clock, intervalMs } = this.#options;
    this.#cancelInterval = clock.timer(intervalMs, () => {
      void this.check().then(() => {
        if (!this.#isClosed) this.#checkLater();
      });
    });
  }
}
