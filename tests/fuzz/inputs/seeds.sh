#!/usr/bin/env bash
# Small files of every kind that is read, for libFuzzer to begin with: a folder for each reader.
#   bash tests/fuzz/inputs/seeds.sh BERTLET FOLDER
set -euo pipefail
bertlet=$(realpath "$1")
golden=$(realpath "$(dirname "$0")/../../golden")
run=$golden/old_run/run
mkdir -p "$2" && cd "$2"

# put READER FILE…
put() {
  mkdir -p "$1"
  local file
  for file in "${@:2}"; do cp "$file" "$1/$(basename "$file")"; done
}
# write READER NAME TEXT
write() { mkdir -p "$1" && printf '%b' "$3" >"$1/$2"; }

put vocabulary "$run/best/vocab.txt"
put tokenizer "$run/best/tokenizer.json"
put tokenizer-config "$run/best/tokenizer_config.json"
put special-tokens "$run/best/special_tokens_map.json"
put config "$run/best/config.json"
put model-config "$run/best/config.json"
put safetensors "$run/best/model.safetensors"
put torch "$golden/torch_new.pt" "$golden/torch_old.pt"
put pickle "$golden/torch_old.pt"
put json "$run/best/tokenizer.json" "$run/run.json"
put corpus "$run/text/train.corpus"
put instances "$run/text/train.instances"
put run "$run/run.json"
put metrics "$run/metrics.jsonl"
put speed "$run/speed.jsonl"
put state "$run/checkpoints/step-00000002/state.json"
write text words 'The cat, sat on Ümlaute 中文 [MASK] don’t e\xcc\x81 \xf0\x9f\x98\x80'
write added-tokens two '{"[NEW]": 9, "new": 10}'
write safetensors small '\x50\0\0\0\0\0\0\0{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"__metadata__":{"a":"b"}}\0\0\0\0\0\0\0\0'
write shards one '{"metadata": {"total_size": 8}, "weight_map": {"bert.pooler.dense.bias": "model.safetensors"}}'
write shards outside '{"weight_map": {"a": "../model.safetensors", "b": "/etc/passwd", "c": "none.safetensors"}}'
write modules three '[{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
 {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
 {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]'
write pickle values '\x80\x02}q\0(X\x01\0\0\0aq\x01K\x01X\x01\0\0\0bq\x02]q\x03(K\x02G?\xf0\0\0\0\0\0\0Nee\x85u.'
write labels three 'no\nyes\nperhaps\n'
write treebank one '# text\n1\tthe\tthe\tDET\tDT\t_\t2\tdet\t_\t_\n2\tcat\tcat\tNOUN\tNN\t_\t0\troot\t_\t_\n\n'
write run-input small '{"input_ids": [[1, 2, 3], [4, 5, 0]], "attention_mask": [[1, 1, 1], [1, 1, 0]], "labels": [[-100, 2, 1], [0, 0, 0]]}'
write run-input embeddings '{"inputs_embeds": [[[0.5, 1e3], [2, -1]]], "head_mask": [1, 0], "position_ids": [[0, 1]], "labels": [0.5]}'
write arguments finetune 'finetune\nclassify\n--model\ntiny\n--train\na.tsv\n--lr\n1e-4\n--epochs\n3\n--schedule\ncosine'
write arguments pretrain 'pretrain\n--corpus\na.txt\nb.txt\n--vocab\nv.txt\n--steps\n10\n--seed=7\n--unit\nword'
write arguments generate 'generate\nmodel\n--prompt\nonce\n--beams\n4\n--top-p\n0.9\n--json\n--help'

for task in classify pair multilabel regress ner qa choice siamese mlm next-sentence; do
  "$bertlet" sample-data "$task" --out "made-$task" --rows 8 --quiet
  for file in "made-$task"/*; do
    case $file in
      *.tsv) reader=tsv ;; *.csv) reader=csv ;; *.jsonl) reader=jsonl ;; *.conll) reader=conll ;; *.json) reader=squad ;;
      *) reader=plain ;;
    esac
    mkdir -p $reader && cp "$file" "$reader/$task-$(basename "$file")"
  done
  rm -r "made-$task"
  write task "$task" "{\"task\": \"$task\", \"max_length\": 16, \"text\": \"1\", \"label\": \"2\", \"crf\": true, \"objective\": \"classes\"}"
done
write csv quoted 'sent1,ending0,ending1,label\n"a ""b""\nc",d,e,1\n'
write jsonl words '{"tokens": ["a", "b"], "tags": ["O", "B-X"]}\n{"text": "a \\u00e4", "label": 1}\n[1]\n'
write squad two '{"version": "2.0", "data": [{"title": "t", "paragraphs": [{"context": "a b c", "qas": [
 {"id": "1", "question": "q", "answers": [{"text": "b", "answer_start": 2}], "is_impossible": false}]}]}]}'
