# For scripts to source: a model of 22 small tensors, made of bytes.

# write_small_model FOLDER MEMBERS-OF-CONFIG: its embeddings are small and the head's transform is missing, so fresh, so
# that the decoder's bias decides: cat 5, ##s 4, sit 3, [SEP] 2, all others 0.
write_small_model() {
  local folder=$1 header='' at=0 name
  cat >"$folder/config.json" <<END
{$2, "vocab_size": 9, "hidden_size": 4, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 4,
 "max_position_embeddings": 32}
END
  printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' the cat '##s' sit >"$folder/vocab.txt"
  : >"$folder/numbers"
  add_tensor cls.predictions.bias 0 9 bias
  add_tensor bert.embeddings.word_embeddings.weight 9 4 small
  add_tensor bert.embeddings.position_embeddings.weight 32 4 small
  add_tensor bert.embeddings.token_type_embeddings.weight 2 4 small
  for name in attention.self.query attention.self.key attention.self.value attention.output.dense intermediate.dense output.dense; do
    add_tensor "bert.encoder.layer.0.$name.weight" 4 4 small
    add_tensor "bert.encoder.layer.0.$name.bias" 0 4 zero
  done
  for name in embeddings encoder.layer.0.attention.output encoder.layer.0.output; do
    add_tensor "bert.$name.LayerNorm.weight" 0 4 one
    add_tensor "bert.$name.LayerNorm.bias" 0 4 zero
  done
  header="{$header}"
  {
    printf "\\x$(printf %02x $((${#header} & 255)))\\x$(printf %02x $((${#header} >> 8)))\\0\\0\\0\\0\\0\\0%s" "$header"
    cat "$folder/numbers"
  } >"$folder/model.safetensors"
  rm "$folder/numbers"
}

# add_tensor NAME ROWS COLUMNS KIND: float32 numbers, lowest byte first; 0 rows: a vector
add_tensor() {
  local count=$(($2 > 0 ? $2 * $3 : $3)) shape="$3" i
  [[ $2 -eq 0 ]] || shape="$2,$3"
  header+=${header:+,}"\"$1\":{\"dtype\":\"F32\",\"shape\":[$shape],\"data_offsets\":[$at,$((at + 4 * count))]}"
  at=$((at + 4 * count))
  for ((i = 0; i < count; i++)); do
    case $4 in
      zero) printf '\0\0\0\0' ;;
      one) printf '\0\0\200\77' ;;
      small) printf "\\0\\0\\x$(printf %02x $((i * 37 % 128)))\\x$( ((i % 3)) && echo 3c || echo bc)" ;;  # ± 0.008 … 0.016
      bias) printf '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\100\0\0\0\0\0\0\0\0\0\0\240\100\0\0\200\100\0\0\100\100' && break ;;
    esac
  done >>"$folder/numbers"
}
