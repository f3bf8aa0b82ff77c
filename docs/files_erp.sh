#!/bin/sh
# An ERP beside the files connector, in a few lines of shell: what docs/files-connector.md asks, with sha256sum and jq.
#   sh files_erp.sh FOLDER leave FILE…    leave files, with their manifest first
#   sh files_erp.sh FOLDER read BOOKS     append each new document's key to BOOKS, reject what BOOKS.reject names
set -eu
folder=$1 do=$2
shift 2

leave() {
    for file; do
        sum=$(sha256sum <"$file" | cut -d' ' -f1)
        jq -cn --arg name "$(basename "$file")" --arg sha256 "$sum" '{$name, $sha256}'
    done | jq -cs '{v: 1, files: .}' >"$folder/in/.manifest.part"
    mv "$folder/in/.manifest.part" "$folder/in/manifest-$(date +%s)-$$.json"
    for file; do
        cp "$file" "$folder/in/.$(basename "$file").part"
        mv "$folder/in/.$(basename "$file").part" "$folder/in/$(basename "$file")"
    done
}

read_batches() {
    books=$1
    touch "$books" "$books.reject"
    for manifest in "$folder"/out/batch-*.manifest.json; do
        [ -e "$manifest" ] || continue
        batch=$(jq -r .batch_id "$manifest")
        jq -r '.files[] | "\(.sha256)  \(.name)"' "$manifest" | (cd "$folder/out" && sha256sum --check --status) || continue
        tail -n +2 "$folder/out/$batch.jsonl" | while IFS= read -r line; do
            id=$(printf '%s' "$line" | jq -r .document_id)
            if grep -qxF "$id" "$books.reject"; then
                jq -cn --arg id "$id" '{document_id: $id, rejected: "the shell did not like it"}'
                continue
            fi
            grep -qxF "$id" "$books" || printf '%s\n' "$id" >>"$books"
            jq -cn --arg id "$id" '{document_id: $id, taken: true}'
        done >"$folder/in/.ack.part"
        mv "$folder/in/.ack.part" "$folder/in/ack-$batch.jsonl"
        mv "$folder/out/$batch".* "$folder/out/done/"
    done
}

case $do in
leave) leave "$@" ;;
read) read_batches "$1" ;;
esac
