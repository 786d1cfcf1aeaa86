import { open } from 'node:fs/promises';
import { badFile } from './bad-input.ts';

/**
 * Finds out early whether there is a file to read at all; what is in it is for the import to say.
 * @throws BadInput for a file that is missing, unreadable, empty, or not a file
 */
export async function checkContactsFile(path: string): Promise<{ sizeBytes: number }> {
  try {
    const file = await open(path, 'r');
    try {
      const found = await file.stat();
      if (found.isDirectory()) {
        throw badFile(`${path} is a folder, not a file.`, `${path} é uma pasta, não um arquivo.`);
      }
      if (!found.isFile()) {
        throw badFile(`${path} is not a regular file.`, `${path} não é um arquivo comum.`);
      }
      if (found.size === 0) throw badFile(`${path} is empty.`, `${path} está vazio.`);
      return { sizeBytes: found.size };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw explain(error, path);
  }
}

function explain(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return badFile(`There is no file ${path}.`, `Não existe o arquivo ${path}.`, error);
    case 'EACCES':
    case 'EPERM':
      return badFile(`${path} may not be read by this user.`, `Este usuário não pode ler ${path}.`, error);
    case 'EISDIR':
      return badFile(`${path} is a folder, not a file.`, `${path} é uma pasta, não um arquivo.`, error);
    default:
      return error;
  }
}
