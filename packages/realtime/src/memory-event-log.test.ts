import { describeEventLog } from './event-log-conformance.ts';
import { createMemoryEventLog } from './memory-event-log.ts';

describeEventLog('memory', () => {
  const log = createMemoryEventLog({ epoch: 7 });
  return Promise.resolve({
    log,
    publish: (...event) => log.publish(...event),
    forget: (...range) => log.forget(...range),
    close: () => Promise.resolve(),
  });
});
