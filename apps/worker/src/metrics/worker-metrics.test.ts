import type { QueueSample } from '@zaphub/features';
import { createStats } from '@zaphub/kernel';
import { expect, onTestFinished, test } from 'vitest';
import { serveNumbers } from './serve-numbers.ts';
import { workerMetrics, type WorkerMetricSources } from './worker-metrics.ts';

const sample: QueueSample = {
  atMs: 0,
  deadLetters: 7,
  activity: [],
  queues: [
    {
      queue: 'message.send',
      waiting: 2,
      active: 1,
      delayed: 3,
      completed: 10,
      failed: 4,
      total: 6,
      isPaused: true,
    },
  ],
};

test('the numbers of a worker are told in Prometheus’ text, on the loopback alone', async () => {
  const stats = createStats();
  stats.increment('engine.sent', 5);
  const sources: WorkerMetricSources = {
    stats,
    activity: () => [
      {
        queue: 'message.send',
        running: 1,
        places: 5,
        ended: { completed: 10, retried: 2, failed: 1 },
      },
    ],
    watch: {
      latest: () => sample,
      alarms: () => [{ name: 'queue_depth', queue: 'message.send', value: 1500, limit: 1000 }],
    },
  };
  const server = await serveNumbers({ '/metrics': () => workerMetrics(sources) }, 0);
  onTestFinished(() => server.close());
  const url = `http://127.0.0.1:${server.port}`;
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
  for (const line of [
    'bullmq_jobs_processed_total{queue="message.send",status="completed"} 10',
    'bullmq_jobs_processed_total{queue="message.send",status="retried"} 2',
    'bullmq_jobs_processed_total{queue="message.send",status="failed"} 1',
    'bullmq_queue_depth{queue="message.send"} 6',
    'zaphub_queue_paused{queue="message.send"} 1',
    'zaphub_queue_jobs{queue="message.send",state="failed"} 4',
    'zaphub_dead_letters 7',
    'zaphub_queue_alarm{alarm="queue_depth",queue="message.send"} 1500',
    'zaphub_worker_places{queue="message.send"} 5',
    'zaphub_counted_total{name="engine.sent"} 5',
  ])
    expect(lines).toContain(line);
  expect((await fetch(`${url}/nothing`)).status).toBe(404);
  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
});
