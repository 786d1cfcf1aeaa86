/**
 * What a channel does with a value that comes while it is full: the sender waits (`block`), the oldest held value
 * is thrown away for it (`drop-oldest`), the new one is thrown away (`drop-newest`), or the sender is refused with
 * `channel_full` (`error`). What is thrown away is counted.
 */
export type Overflow = 'block' | 'drop-oldest' | 'drop-newest' | 'error';
