/* The program that Lambda starts (provided.al2023: a file called bootstrap). */
#include "lambda/runtime.h"

int main(void) {
    return lw_runtime_main();
}
