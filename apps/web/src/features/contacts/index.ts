export { contactSummaryQuery } from './api/get-contact-summary.ts';
export { contactsQuery } from './api/list-contacts.ts';
export { tagsQuery } from './api/list-tags.ts';
