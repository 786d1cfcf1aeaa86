import { createBrowserRouter } from 'react-router';
import { CrashedPage, CrashedScreen } from './crash-screen.tsx';
import { NotFoundScreen } from './not-found-screen.tsx';
import { Splash } from './splash.tsx';
import { WorkspaceGate } from './workspace-gate.tsx';

/** All screens. Each is a chunk of its own, loaded when it is first opened. */
export function createRouter() {
  return createBrowserRouter([
    {
      errorElement: <CrashedPage />,
      hydrateFallbackElement: <Splash />,
      children: [
        {
          path: 'setup',
          lazy: async () => ({ Component: (await import('#features/session/routes/setup.tsx')).SetupRoute }),
        },
        {
          path: 'sign-in',
          lazy: async () => ({
            Component: (await import('#features/session/routes/sign-in.tsx')).SignInRoute,
          }),
        },
        {
          element: <WorkspaceGate />,
          children: [
            {
              lazy: async () => ({ Component: (await import('./shell/shell.tsx')).Shell }),
              errorElement: <CrashedPage />,
              children: [{ errorElement: <CrashedScreen />, children: workspaceRoutes() }],
            },
          ],
        },
        { path: '*', element: <NotFoundScreen /> },
      ],
    },
  ]);
}

function workspaceRoutes() {
  return [
    {
      index: true,
      lazy: async () => ({ Component: (await import('#features/home/routes/home.tsx')).HomeRoute }),
    },
    {
      path: 'contacts',
      lazy: async () => ({
        Component: (await import('#features/contacts/routes/contacts.tsx')).ContactsRoute,
      }),
    },
    {
      path: 'contacts/imports',
      lazy: async () => ({ Component: (await import('#features/imports/routes/imports.tsx')).ImportsRoute }),
    },
    {
      path: 'contacts/imports/new',
      lazy: async () => ({
        Component: (await import('#features/imports/routes/new-import.tsx')).NewImportRoute,
      }),
    },
    {
      path: 'contacts/imports/:importId',
      lazy: async () => ({ Component: (await import('#features/imports/routes/import.tsx')).ImportRoute }),
    },
    {
      path: 'contacts/:contactId',
      lazy: async () => ({
        Component: (await import('#features/contacts/routes/contact.tsx')).ContactRoute,
      }),
    },
    {
      path: 'opt-outs',
      lazy: async () => ({
        Component: (await import('#features/opt-outs/routes/opt-outs.tsx')).OptOutsRoute,
      }),
    },
    {
      path: 'campaigns/holidays',
      lazy: async () => ({
        Component: (await import('#features/campaigns/routes/holidays.tsx')).HolidaysRoute,
      }),
    },
    {
      path: 'templates',
      lazy: async () => ({
        Component: (await import('#features/templates/routes/templates.tsx')).TemplatesRoute,
      }),
    },
    {
      path: 'templates/new',
      lazy: async () => ({
        Component: (await import('#features/templates/routes/new-template.tsx')).NewTemplateRoute,
      }),
    },
    {
      path: 'templates/:templateId',
      lazy: async () => ({
        Component: (await import('#features/templates/routes/template.tsx')).TemplateRoute,
      }),
    },
    {
      path: 'campaigns',
      lazy: async () => ({
        Component: (await import('#features/campaigns/routes/campaigns.tsx')).CampaignsRoute,
      }),
    },
    {
      path: 'campaigns/new',
      lazy: async () => ({
        Component: (await import('#features/campaigns/routes/new-campaign.tsx')).NewCampaignRoute,
      }),
    },
    {
      path: 'campaigns/:campaignId',
      lazy: async () => ({
        Component: (await import('#features/campaigns/routes/campaign.tsx')).CampaignRoute,
      }),
    },
    ...['inbox', 'inbox/:conversationId'].map((path) => ({
      path,
      lazy: async () => ({ Component: (await import('#features/inbox/routes/inbox.tsx')).InboxRoute }),
    })),
    {
      path: 'failures',
      lazy: async () => ({
        Component: (await import('#features/failures/routes/failures.tsx')).FailuresRoute,
      }),
    },
    {
      path: 'failures/messages',
      lazy: async () => ({
        Component: (await import('#features/failures/routes/failed-messages.tsx')).FailedMessagesRoute,
      }),
    },
    {
      path: 'connections',
      lazy: async () => ({
        Component: (await import('#features/connections/routes/connections.tsx')).ConnectionsRoute,
      }),
    },
    {
      path: 'connections/new',
      lazy: async () => ({
        Component: (await import('#features/connections/routes/new-connection.tsx')).NewConnectionRoute,
      }),
    },
    {
      path: 'connections/pools',
      lazy: async () => ({
        Component: (await import('#features/sender-pools/routes/sender-pools.tsx')).SenderPoolsRoute,
      }),
    },
    {
      path: 'connections/pools/new',
      lazy: async () => ({
        Component: (await import('#features/sender-pools/routes/new-sender-pool.tsx')).NewSenderPoolRoute,
      }),
    },
    {
      path: 'connections/pools/:senderPoolId',
      lazy: async () => ({
        Component: (await import('#features/sender-pools/routes/sender-pool.tsx')).SenderPoolRoute,
      }),
    },
    {
      path: 'connections/:connectionId',
      lazy: async () => ({
        Component: (await import('#features/connections/routes/connection.tsx')).ConnectionRoute,
      }),
    },
    {
      path: 'webhooks',
      lazy: async () => ({
        Component: (await import('#features/webhooks/routes/webhooks.tsx')).WebhooksRoute,
      }),
    },
    {
      path: 'webhooks/new',
      lazy: async () => ({
        Component: (await import('#features/webhooks/routes/new-webhook.tsx')).NewWebhookRoute,
      }),
    },
    {
      path: 'webhooks/:webhookId',
      lazy: async () => ({
        Component: (await import('#features/webhooks/routes/webhook.tsx')).WebhookRoute,
      }),
    },
    {
      path: 'settings',
      lazy: async () => ({
        Component: (await import('#features/settings/routes/settings.tsx')).SettingsRoute,
      }),
    },
  ];
}
