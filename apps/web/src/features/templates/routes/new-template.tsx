import { useTranslation } from 'react-i18next';
import { Page } from '#components/page.tsx';
import { TemplateEditor } from '../components/template-editor.tsx';

/** An empty editor. */
export function NewTemplateRoute() {
  const { t } = useTranslation();
  return (
    <Page title={t('templates.new')} back={{ to: '/templates', label: t('templates.back') }} width="wide">
      <TemplateEditor template={undefined} />
    </Page>
  );
}
