#!/usr/bin/env bash
# What once failed, each by its name. One line says what is wrong, work goes on where it can, and nothing is silently wrong.
#   bash tests/apps/failures_test.sh BUILD
set -euo pipefail
build=$(realpath "$1")
bertlet=$build/bertlet
golden=$(realpath "$(dirname "$0")/../golden")
source "$(dirname "$0")/small_model.sh"
source "$(dirname "$0")/checks.sh"
sanitized() { grep -q '^BERTLET_SANITIZE:[A-Z]*=.' "$build/CMakeCache.txt"; }
code_of() { local code=0 && "$@" >out 2>err || code=$? && echo $code; }
flip() { # FILE BYTE: its lowest bit
  local byte
  byte=$(od -An -tu1 -j "$2" -N 1 "$1")
  printf "\\x$(printf %02x $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
poke() { # FILE NUMBER BYTES: into the first tensor of a .safetensors
  printf "$3" | dd of="$1" bs=1 seek=$((8 + $(od -An -tu8 -N 8 "$1") + 4 * $2)) conv=notrunc status=none
}

"$bertlet" sample-data classify --out data --rows 32 --quiet
"$bertlet" finetune classify --model tiny --train data/train.tsv --dev data/dev.tsv --epochs 1 --out run --quiet --threads 1
for task in ner siamese; do
  "$bertlet" sample-data $task --out $task --rows 16 --quiet
  "$bertlet" finetune $task --model tiny --train $task/train.* --dev $task/dev.* --epochs 1 --out $task-run --quiet --threads 1
done
mkdir small
write_small_model small '"model_type": "bert", "architectures": ["BertForMaskedLM"]'
changed() { rm -rf changed && cp -r "$1" changed; } # a copy that a test may spoil
unsealed() { changed "$1" && find changed -name checksums.json -delete; }
pretrain() {
  "$bertlet" pretrain --corpus "$golden/old_run/text.txt" --dev "$golden/old_run/text.txt" --vocab "$golden/old_run/vocab.txt" \
    --config "$golden/old_run/small.json" --max-length 16 --tokens 64 --threads 1 "$@"
}

# 1: an output that is a device, a symlink or a pipe
predict_to() { "$bertlet" predict run --data data/dev.tsv --columns prediction --quiet --force --out "$1"; }
predict_to plain.csv
touch target.csv && chmod 640 target.csv && ln -s target.csv link.csv
predict_to link.csv
[[ -L link.csv && $(stat -c %a target.csv) == 640 ]] && cmp -s plain.csv target.csv || fail "1: a symlink is not followed"
ln -s new.csv dangling.csv
predict_to dangling.csv
[[ -L dangling.csv ]] && cmp -s plain.csv new.csv || fail "1: a symlink to nothing is not followed"
mkfifo pipe.csv && cat pipe.csv >piped.csv &
sleep 0.1 && predict_to pipe.csv && wait $!
[[ -p pipe.csv ]] && cmp -s plain.csv piped.csv || fail "1: a pipe is not written to"
[[ $(predict_to /dev/stdout) == "$(<plain.csv)" ]] || fail "1: /dev/stdout is not written to"
predict_to /dev/null && [[ -c /dev/null ]] || fail "1: /dev/null is replaced"
ln -s loop.csv loop.csv
refused 1 'loop.csv: Too many levels of symbolic links' predict run --data data/dev.tsv --out loop.csv --force
refused 1 'data: is a directory' predict run --data data/dev.tsv --out data --force
same "1: what is left" "$(find . -name '*.partial')" ""

# 2: another architecture's checkpoint
for architecture in RobertaForMaskedLM MPNetModel AlbertModel ElectraModel; do
  changed small && sed -i "s/BertForMaskedLM/$architecture/" changed/config.json
  refused 1 "changed/config.json: is a $architecture; only BERT and DistilBERT are supported" fill-mask changed 'the [MASK]'
done
changed small && sed -i 's/encoder.layer.0.attention.self.query/encoder.layer.0.attention.attn.queri/g' changed/model.safetensors
refused 1 "encoder's tensors are missing: bert.encoder.layer.0.attention.self.query" fill-mask changed 'the [MASK]'
changed small && sed -i 's/"num_hidden_layers": 1/"num_hidden_layers": 0/' changed/config.json
refused 1 'config.json does not describe: bert.encoder.layer.0.attention.output.LayerNorm.bias' fill-mask changed 'the [MASK]'

# 3: label.txt that is missing, cut, or in another order
unsealed run && rm changed/best/label.txt
same "3: without label.txt" "$("$bertlet" predict changed hello)" "$("$bertlet" predict run hello)"
head -n 1 run/best/label.txt >changed/best/label.txt
refused 1 'label.txt: has 1 labels, and id2label in config.json 3' predict changed hello
tac run/best/label.txt >changed/best/label.txt
refused 1 "label.txt:1: has 'person', and id2label in config.json 'animal'" predict changed hello

# 4: task.json without or with a mistyped member
for each in ner:crf siamese:objective; do
  task=${each%:*} member=${each#*:}
  unsealed $task-run && sed -i "s/\"$member\"/\"other\"/" changed/best/task.json
  same "4: $task without $member" "$(code_of "$bertlet" predict changed --data $task/dev.* --quiet)" 0
  unsealed $task-run && sed -i "s/\"$member\": [^,]*/\"$member\": 7/" changed/best/task.json
  refused 1 "task.json: $member: got 7, want" predict changed hello
done

# 5: two pre-trainings that begin with one --prepared
for i in {1..4}; do
  rm -rf prepared a b
  pretrain --prepared prepared --steps 1 --out a --quiet >a.log 2>&1 & one=$!
  pretrain --prepared prepared --steps 1 --out b --quiet >b.log 2>&1 & two=$!
  wait $one && wait $two || fail "5: a pair failed: $(cat a.log b.log)"
  cmp -s a/metrics.jsonl b/metrics.jsonl && [[ -d a/best && -d b/best ]] || fail "5: a pair had different texts"
done

# 6: stderr is closed or full
for stream in 2\>/dev/full 2\>\&-; do
  same "6: nothing there, $stream" "$(code_of bash -c "'$bertlet' predict nothing hello $stream")" 1
  same "6: wrong usage, $stream" "$(code_of bash -c "'$bertlet' predictt $stream")" 2
  same "6: a remark, $stream" "$(code_of bash -c "'$bertlet' encode run data/dev.tsv $stream")" 0
done
"$bertlet" predict run --data data/dev.tsv --out closed.csv --columns prediction --quiet 2>&- >&- <&-
cmp -s plain.csv closed.csv || fail "6: a closed stream's number is a file's"

# 7: little memory
if ! sanitized; then
  for limit in 20000 60000 180000 300000; do
    code=$(code_of bash -c "ulimit -v $limit; timeout 60 '$bertlet' predict run hello --threads 2")
    [[ $code -eq 0 || $code -eq 1 || $code -eq 127 ]] || fail "7: with $limit KiB: exit code $code"
    ! grep -q 'std::' err || fail "7: with $limit KiB: $(<err)"
  done
fi

# 8: weights that are not finite, and those whose results are not
for bytes in '\0\0\300\177' '\0\0\200\177' '\0\0\200\377'; do
  changed small && poke changed/model.safetensors 5 "$bytes"
  refused 1 'cls.predictions.bias: number 5 is' fill-mask changed 'the [MASK]'
done
changed small # the last norm's weights, so that finite weights have states that are not
printf '\\350\\260\\141\\177%.0s' {1..4} | xargs -0 printf | dd of=changed/model.safetensors bs=1 seek=$(($(stat -c %s small/model.safetensors) - 32)) \
  conv=notrunc status=none
refused 1 "the model's states: number" encode changed data/dev.tsv --quiet

# 9: a vocabulary that is shorter, or another one
unsealed run && rm changed/best/tokenizer.json && head -n 20 run/best/vocab.txt >changed/best/vocab.txt
refused 1 'the vocabulary has 20 tokens, and the model embeddings for' predict changed hello
changed run && flip changed/best/vocab.txt 40
[[ $(code_of "$bertlet" predict changed hello) -eq 0 ]] || fail "9: tokenizer.json counts, not vocab.txt: $(<err)"
changed run && flip changed/best/tokenizer.json $(($(stat -c %s run/best/tokenizer.json) - 60))
refused 1 'tokenizer.json: is not as it was written' predict changed hello

# 10: what is endless
if ! sanitized; then
  bound='ulimit -v 1500000'
  for command in 'predict run' 'encode run' 'tokenize --vocab run'; do
    code=$(code_of bash -c "$bound; tr '\\0' a </dev/zero | '$bertlet' $command")
    [[ $code -eq 1 && $(<err) == *'stdin: a line is longer than 16777216 bytes: are line ends missing?' ]] || fail "10: $command: $code, $(<err)"
  done
  head -c 900000 /dev/zero | tr '\0' a >word
  code=$(code_of bash -c "$bound; '$bertlet' predict ner-run <word")
  [[ $code -eq 0 ]] || fail "10: a word of 900 kB: $code, $(<err)"
  { printf 'sentence,label\n"' && { yes 'a word or two' || true; } | head -c 30000000; } >open.csv
  code=$(code_of bash -c "$bound; '$bertlet' evaluate run --data open.csv")
  [[ $code -eq 1 && $(<err) == *'open.csv:2: a quote is opened and not closed' ]] || fail "10: an open quote: $code, $(<err)"
fi

# 11: files of a run with a bit that flipped
pretrain --steps 4 --save-every 2 --log-every 1 --out whole --quiet
goes_on() { pretrain --steps 4 --save-every 2 --log-every 1 --out changed --resume >out 2>&1; }
for file in train.instances held-out.instances train.corpus; do
  changed whole && flip changed/text/$file $(($(stat -c %s whole/text/$file) / 2))
  goes_on && grep -q "$file: is not as it was written: the text is prepared again" out || fail "11: $file: $(<out)"
  cmp -s changed/text/$file whole/text/$file || fail "11: $file is another"
done
changed whole && sed -i '1s/"loss":[0-9]/"loss":7/' changed/metrics.jsonl
goes_on && grep -q 'its metrics up to step 4 are not as they were written' out || fail "11: metrics.jsonl: $(<out)"
"$bertlet" report changed >out 2>&1 && grep -q 'metrics.jsonl: is not as it was written' out || fail "11: report says nothing"
changed whole && sed -i 's/"step": 4/"step": 5/' changed/checkpoints/step-00000004/state.json
goes_on && grep -q 'state.json: is not as it was written.*the checkpoint before it is used' out || fail "11: state.json: $(<out)"
changed whole && sed -i 's/"held_out": 0.05/"held_out": 0.06/' changed/run.json
! goes_on && grep -q 'run.json: is not as it was written' out || fail "11: run.json: $(<out)"

# 12: numbers that are none
finetune() { "$bertlet" finetune classify --model tiny --train data/train.tsv --out odd --force --quiet --threads 1 "$@"; }
for option in epochs fraction clip hours layer-decay lr head-lr weight-decay held-out warmup epsilon; do
  for number in nan inf -1 1e26 1x; do
    refused 2 "--$option: got" finetune classify --model tiny --train data/train.tsv --out odd "--$option=$number"
  done
done
refused 2 '--length-penalty: got' generate run --length-penalty nan
refused 2 '--seed: got' finetune classify --model tiny --train data/train.tsv --out odd --seed 12345678901234567890123456
refused 1 'got --freeze 99 and --fresh-layers 0 for a model of 2 layers' finetune classify --model tiny --train data/train.tsv --out odd --freeze 99
for option in batch seeds keep; do
  refused 2 "--$option: got" finetune classify --model tiny --train data/train.tsv --out odd --$option 1.5
done

# 13: stdout is closed, or its disk full, while a model is trained
code=0
pretrain --steps 100000 --log-every 1 --out piped 2>err | head -n 12 >out || code=${PIPESTATUS[0]}
[[ $code -eq 141 && ! -s err && $(ls piped/checkpoints) == step-* ]] || fail "13: a closed pipe: exit code $code, $(<err)"
code=$(code_of bash -c "'$bertlet' finetune classify --model tiny --train data/train.tsv --out full --epochs 100 --log-every 1 --json >/dev/full")
[[ $code -eq 1 && $(<err) == *'stdout: No space left on device; full is saved, and --resume goes on' ]] || fail "13: a full disk: $code, $(<err)"

# 14: small things
changed small && sed -i 's/cls.predictions.bias/cls.\\u001b[31mctions/' changed/model.safetensors
"$bertlet" info changed --tensors --threads 1 >out 2>&1 || true
! grep -q $'\033' out || fail "14: a name's escape sequence reaches the terminal"
for asked in --help 'predict --help' --version; do
  code=$(code_of bash -c "'$bertlet' $asked >/dev/full")
  [[ $code -eq 1 && $(<err) == *'stdout: No space left on device' ]] || fail "14: $asked to a full disk: exit code $code, $(<err)"
done
refused 1 "'': No such file or directory" finetune classify --model tiny --train '' --out odd --force
flipped() { # FILE: in the middle
  changed run && flip "changed/best/$1" $(($(stat -c %s "run/best/$1") / 2))
  refused 1 "$1: is not as it was written" predict changed hello
}
for file in model.safetensors label.txt task.json config.json; do flipped $file; done
changed run && flip changed/best/model.safetensors $(($(stat -c %s run/best/model.safetensors) - 40000))
same "14: --no-verify" "$(code_of "$bertlet" predict changed hello --no-verify)" 0
cp "$golden/torch_new.pt" flipped.pt
at=$(LC_ALL=C grep -abo $'PK\x07\x08' flipped.pt | sed -n 5p | cut -d : -f 1) # what stands behind an entry's bytes
flip flipped.pt $((at - 1))
refused 1 'is not as it was written: got the CRC' convert flipped.pt out.safetensors --force
{ head -n 1 data/dev.tsv && { yes "$(sed 1d data/dev.tsv)" || true; } | head -n 100000; } >long.tsv
for signal in INT TERM; do
  "$bertlet" predict run --data long.tsv --out long.csv --quiet &
  until [[ -e long.csv.partial ]]; do sleep 0.05; done
  kill -$signal $!
  ! wait $! || fail "14: SIG$signal does not end it"
done
same "14: what is left" "$(find . -name '*.partial')" ""

[[ $failures -eq 0 ]] && echo "what failed once is right"
exit $((failures > 0))
