export { meQuery } from './api/get-me.ts';
export { setupStatusQuery } from './api/get-setup-status.ts';
