import type { Template } from '@zaphub/types';
import { EllipsisVertical, Megaphone, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { toast } from 'sonner';
import { FormattedText } from '#components/whatsapp/formatted-text.tsx';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { Menu, MenuItem } from '#components/ui/menu.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { useCan } from '#lib/workspace.ts';
import { useDeleteTemplate } from '../api/delete-template.ts';

/** A template with the beginning of its text. The card opens the editor. */
export function TemplateCard({ template }: { template: Template }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(60_000);
  return (
    <li className="card group relative flex flex-col overflow-hidden transition-[border-color,box-shadow] hover:border-input focus-within:border-input">
      <div className="chat-wallpaper relative h-36 overflow-hidden p-3.5">
        <div className="ml-auto max-h-full w-fit max-w-[94%] overflow-hidden rounded-xl rounded-tr-sm bg-chat-bubble px-3 py-2 text-[0.8125rem] leading-snug break-words whitespace-pre-wrap text-chat-text shadow-[0_1px_1px_rgb(0_0_0/15%)] [mask-image:linear-gradient(black_70%,transparent)]">
          <FormattedText text={template.body} />
        </div>
      </div>
      <div className="flex items-start gap-2 border-t px-4 py-3">
        <div className="min-w-0 flex-1">
          <Link
            to={`/templates/${template.id}`}
            className="block truncate text-sm font-medium after:absolute after:inset-0"
          >
            {template.name}
          </Link>
          <p className="mt-0.5 truncate text-[0.8125rem] text-muted-foreground">
            {t('templates.list.changed', { when: format.ago(template.updated_at, now) })}
          </p>
        </div>
        <TemplateActions template={template} />
      </div>
    </li>
  );
}

function TemplateActions({ template }: { template: Template }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const toastError = useToastError();
  const remove = useDeleteTemplate();
  const canEdit = useCan('operator');
  const [asking, setAsking] = useState(false);
  if (!canEdit) return null;
  return (
    <div className="relative z-10 -mr-2">
      <Menu
        trigger={
          <Button
            variant="ghost"
            size="iconSm"
            aria-label={t('templates.list.actions', { name: template.name })}
          >
            <EllipsisVertical aria-hidden />
          </Button>
        }
      >
        <MenuItem onClick={() => void navigate(`/campaigns/new?template=${template.id}`)}>
          <Megaphone aria-hidden />
          {t('templates.list.use')}
        </MenuItem>
        <MenuItem onClick={() => setAsking(true)}>
          <Trash2 aria-hidden />
          {t('common.action.delete')}
        </MenuItem>
      </Menu>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('templates.delete.title', { name: template.name })}
        confirmLabel={t('templates.delete.confirm')}
        cancelLabel={t('common.action.cancel')}
        tone="danger"
        busy={remove.isPending}
        onConfirm={() =>
          remove.mutate(template.id, {
            onSuccess: () => toast.success(t('templates.delete.done')),
            onError: (error) => toastError(t('templates.delete.failed'), error),
            onSettled: () => setAsking(false),
          })
        }
      >
        <p>{t('templates.delete.body')}</p>
      </ConfirmDialog>
    </div>
  );
}
