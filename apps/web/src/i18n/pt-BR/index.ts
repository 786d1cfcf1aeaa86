import auth from './auth.json';
import campaigns from './campaigns.json';
import common from './common.json';
import connections from './connections.json';
import contacts from './contacts.json';
import errors from './errors.json';
import failures from './failures.json';
import home from './home.json';
import imports from './imports.json';
import inbox from './inbox.json';
import optOuts from './opt-outs.json';
import senderPools from './sender-pools.json';
import settings from './settings.json';
import templates from './templates.json';
import webhooks from './webhooks.json';

/** All words in Brazilian Portuguese. */
export const messages = {
  auth,
  campaigns,
  common,
  connections,
  contacts,
  errors,
  failures,
  home,
  imports,
  inbox,
  optOuts,
  senderPools,
  settings,
  templates,
  webhooks,
};
