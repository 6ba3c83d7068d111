package io.lockstep.data.source;

import java.io.Closeable;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.commons.io.IOUtils;

/** The rows of parts of files, one part after the other; its maker closes it. */
final class RowIterator implements Iterator<TableRow>, Closeable {
    private final Iterator<List<FilePart>> lists;
    private final Source.Reader reader;
    private Iterator<FilePart> parts = List.<FilePart>of().iterator();
    private FilePart part;
    private Rows rows; // of the part, while it is open
    private boolean ahead; // whether the current row is still to be handed out

    RowIterator(Iterator<List<FilePart>> lists, Source.Reader reader) {
        this.lists = lists;
        this.reader = reader;
    }

    @Override
    public boolean hasNext() {
        while (!ahead) {
            if (rows == null) {
                while (!parts.hasNext()) {
                    if (!lists.hasNext()) {
                        return false;
                    }
                    parts = lists.next().iterator();
                }
            }
            advance();
        }
        return true;
    }

    @Override
    public TableRow next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        ahead = false;
        return rows.row();
    }

    @Override
    public void close() {
        IOUtils.closeQuietly(rows);
        rows = null;
        ahead = false;
        parts = List.<FilePart>of().iterator();
    }

    /** Moves to the next row of the open part, or of the next one, or closes it at its end. */
    private void advance() {
        try {
            if (rows == null) {
                part = parts.next();
                rows = reader.open(part);
            }
            ahead = rows.next();
            if (!ahead) {
                rows.close();
                rows = null;
            }
        } catch (Exception failure) {
            // Scala throws checked exceptions unannounced, too.
            throw Unreadable.because(part.file().path(), failure);
        }
    }
}
