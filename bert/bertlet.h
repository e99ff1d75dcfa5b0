#pragma once

// What programs that use the library need, in one include: tensors and their gradients, layers, optimizers, tokenizers,
// models with their heads, and checkpoints.
//
//   const auto network = bert::make_network("masked-lm", bert::named_config("tiny"));
//   bert::initialise(*network, 1);

#include "bert/heads/network.h"
#include "bert/heads/sentence_encoder.h"
#include "bert/heads/word_head.h"
#include "bert/io/models/pretrained.h"
#include "bert/model/padded.h"
#include "bert/tasks/fine_tuned.h"
#include "bert/text/tokenizer/tokenizer.h"
#include "bert/text/tokenizer/tokenizer_files.h"
#include "core/autograd.h"
#include "core/ops.h"
#include "core/parallel.h"
#include "nn/attention/multi_head_attention.h"
#include "nn/dense/embedding.h"
#include "nn/dense/linear.h"
#include "nn/init.h"
#include "nn/losses/losses.h"
#include "nn/norm/layer_norm.h"
#include "nn/parameters.h"
#include "nn/recurrent/recurrent.h"
#include "nn/sequence/conv1d.h"
#include "nn/sequence/crf.h"
#include "nn/sequence/pooling.h"
#include "optim/adam.h"
#include "optim/any_optimizer.h"
#include "optim/schedule.h"
