#pragma once

// Measurements, one function each: `bertlet_bench products 7` prints a table of medians over 7 repetitions.
void bench_attention(int repetitions);
void bench_dense(int repetitions);
void bench_graph(int repetitions);
void bench_init(int repetitions);
void bench_kernels(int repetitions);
void bench_losses(int repetitions);
void bench_operations(int repetitions);
void bench_optimizer(int repetitions);
void bench_products(int repetitions);
void bench_sequence(int repetitions);
