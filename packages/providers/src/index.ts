export type {
  NetworkError,
  Provider,
  ProviderAbilities,
  ProviderLimits,
  Receipt,
  ReceiptListener,
  SendEffect,
  SendOptions,
  SendOutcome,
  SendRequest,
} from './provider.ts';
export type {
  ContentKind,
  MediaKind,
  MediaSource,
  MessageContent,
  TemplateButton,
  TemplateContent,
  TemplateHeader,
  TemplateValue,
} from './message-content.ts';
export { Secret } from './secret.ts';
export { createSimulator } from './simulator/create-simulator.ts';
export type { SimulatorOptions } from './simulator/create-simulator.ts';
export { journalParts } from './simulator/journal-entries.ts';
export type { JournalPart } from './simulator/journal-entries.ts';
export type { JournalEntry, JournalVerdict } from './simulator/journal-line.ts';
export { readJournal } from './simulator/read-journal.ts';
export type { JournalCounts, ReadJournalOptions } from './simulator/read-journal.ts';
export { CountTable } from './simulator/count-table.ts';
export type { DelayRange, ReceiptOptions } from './simulator/receipt-plan.ts';
export { magicPhones } from './simulator/verdict.ts';
export type { SimulatorRates } from './simulator/verdict.ts';
