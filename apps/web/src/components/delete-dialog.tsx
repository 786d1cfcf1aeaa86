import type { UseMutationResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { toast } from 'sonner';
import { useToastError } from '#lib/describe-error.ts';
import { ConfirmDialog } from './ui/confirm-dialog.tsx';

interface DeleteDialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  confirmLabel: string;
  /** What is lost, what stays. */
  children: ReactNode;
  remove: UseMutationResult<unknown, Error, void>;
  /** Said when it is gone, and when it is not. */
  done: string;
  failed: string;
  /** The list that it was in; its own page is no more. */
  leaveTo: string;
}

/** Asks before the thing that a page is about is deleted, and leaves the page once it is. */
export function DeleteDialog(props: DeleteDialogProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const toastError = useToastError();
  const { open, onClose, remove } = props;
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => (next ? undefined : onClose())}
      title={props.title}
      confirmLabel={props.confirmLabel}
      cancelLabel={t('common.action.cancel')}
      tone="danger"
      busy={remove.isPending}
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: () => {
            toast.success(props.done);
            void navigate(props.leaveTo, { replace: true });
          },
          onError: (error) => {
            toastError(props.failed, error);
            onClose();
          },
        })
      }
    >
      {props.children}
    </ConfirmDialog>
  );
}
