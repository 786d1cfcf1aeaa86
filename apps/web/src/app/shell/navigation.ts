import {
  CircleAlert,
  House,
  Inbox,
  type LucideIcon,
  Megaphone,
  MessageSquareText,
  Settings,
  Smartphone,
  UsersRound,
  Webhook,
} from 'lucide-react';

/** The places of the product, in the order of the work. `key` is the label's last part. */
export const destinations: readonly {
  to: string;
  key:
    | 'home'
    | 'inbox'
    | 'contacts'
    | 'templates'
    | 'campaigns'
    | 'failures'
    | 'connections'
    | 'webhooks'
    | 'settings';
  icon: LucideIcon;
  /** On phones it is reached through another place: five fit beneath a thumb. */
  isWideOnly?: true;
}[] = [
  { to: '/', key: 'home', icon: House },
  { to: '/inbox', key: 'inbox', icon: Inbox, isWideOnly: true },
  { to: '/contacts', key: 'contacts', icon: UsersRound },
  { to: '/templates', key: 'templates', icon: MessageSquareText },
  { to: '/campaigns', key: 'campaigns', icon: Megaphone },
  { to: '/failures', key: 'failures', icon: CircleAlert, isWideOnly: true },
  { to: '/connections', key: 'connections', icon: Smartphone, isWideOnly: true },
  { to: '/webhooks', key: 'webhooks', icon: Webhook, isWideOnly: true },
  { to: '/settings', key: 'settings', icon: Settings },
];
