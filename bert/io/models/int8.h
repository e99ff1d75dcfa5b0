#pragma once
#include "bert/io/formats/safetensors.h"

// Dense layers' weights in whole numbers from −127 to 127: "X.weight"[out, in] as I8, and "X.weight_scale"[out, 1], by
// which its rows are multiplied. A quarter of the file, and of the memory where products use them as they are.
namespace bertlet::io {

bool is_dense_weight(const StoredTensor& tensor);

// The tensor rounded, and its scales, as two of a file's tensors.
void add_int8(std::vector<OutgoingTensor>& to, const std::string& name, const StoredTensor& tensor);

// The tensor in another type, or as it is, then with its scales.
void add_copy(std::vector<OutgoingTensor>& to, const std::string& name, const StoredTensor& tensor, NumberType type);

// √(Σ (w − w')² / Σ w²), where w' are the numbers that int8 leaves of w.
double rounding_error(const StoredTensor& tensor);

// Weights get their scales, which are no tensors of the model any more.
void join_scales(std::vector<StoredTensor>& tensors);

}  // namespace bertlet::io
